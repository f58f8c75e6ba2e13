using System.CommandLine;
using System.Globalization;
using Innate.Checkpoints;
using Innate.Cli.Judging;
using Innate.Judges;
using Innate.Rows;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary>The options that name a judge and how it judges.</summary>
/// <param name="name">The option that names the judge.</param>
/// <param name="fallback">The judge where none is named; null: none.</param>
internal sealed class JudgeChoice(string name, string? fallback)
{
    public Option<string?> Kind { get; } = Opt.Text(
        name, "KIND", $"The judge: {string.Join(", ", JudgeNames.All)}{(fallback is null ? " [off: --reward scores]" : "")}", fallback);

    public Option<string?> Prompt { get; } = Opt.Text(
        "--judge-prompt", "FILE",
        $"What the judge asks: {string.Join(", ", JudgePrompt.Shipped)}, or a file [default: arithmetic for innate-tiny, else default]");

    public Option<string?> Principle { get; } = Opt.Text(
        "--principle", "TEXT",
        fallback is null
            ? "What to judge by, in words: in the judge's prompt, or the system prompt of a reward [off: none]"
            : "What to judge by, in words: put into the judge's prompt [off: none]");

    public Option<int> ReasoningTokens { get; } = Opt.Whole(
        "--reasoning-tokens", "Let the model reason first, in at most so many tokens; 0: it answers at once", 0, 0,
        "a whole number of at least 0");

    public Option<int> Votes { get; } = Opt.Whole(
        "--votes", "Reasonings to sample; the verdict is the mean over them", 1, 1, "a whole number of at least 1");

    public Option<double> Temperature { get; } = Opt.Number(
        "--reasoning-temperature", "The temperature of the reasoning", 1, x => x >= 0, "a number of at least 0");

    public void AddTo(Command command)
    {
        command.Add(Kind);
        command.Add(Prompt);
        command.Add(Principle);
        command.Add(ReasoningTokens);
        command.Add(Votes);
        command.Add(Temperature);
    }

    /// <summary>The judge that is named; null: none.</summary>
    /// <exception cref="InputException">There is none of this name, or options of a judge without one.</exception>
    public JudgeKind? KindOf(ParseResult parsed)
    {
        if (parsed.GetValue(Kind) is { } kind)
        {
            return JudgeNames.Parse(kind)
                ?? throw new InputException($"{Kind.Name} takes {string.Join(", ", JudgeNames.All)}, not '{kind}'.");
        }

        foreach (Option option in (Option[])[Prompt, ReasoningTokens, Votes, Temperature])
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new InputException($"{option.Name} belongs to a judge: name one with {Kind.Name}.");
            }
        }

        return null;
    }

    /// <summary>The judge that is named.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="kind">Which judge.</param>
    /// <param name="seed">Decides the reasoning.</param>
    /// <param name="session">The model.</param>
    /// <param name="format">Chat or raw; a system prompt of its own would take the judge's place and is left out.</param>
    /// <exception cref="InputException">A prompt that is none, or options that do not go together.</exception>
    public NamedJudge Create(ParseResult parsed, JudgeKind kind, ulong seed, ModelSession session, ChatFormatOptions format)
    {
        if (session.IsClassifier) throw new InputException($"{session.Folder} is a trained reward model with a score head: it answers no judge's question.");
        ChatFormatOptions own = format with { System = null };
        int reasoning = parsed.GetValue(ReasoningTokens);
        JudgePrompt prompt = JudgePrompt.Load(kind, PromptName(parsed, session));
        JudgeModel model = new(
            session.Traces, session.Tokenizer, session.Format(own), reasoning > 0 ? session.Generator : null);
        return new NamedJudge(prompt, Judge.Create(model, prompt, new JudgeOptions
        {
            Principle = parsed.GetValue(Principle),
            ReasoningTokens = reasoning,
            Votes = parsed.GetValue(Votes),
            Temperature = parsed.GetValue(Temperature),
            Seed = seed,
            StopIds = session.StopIds(own),
        }));
    }

    /// <summary>The text of the prompt that is meant.</summary>
    /// <exception cref="InputException">There is no such file, or it is no prompt of this judge.</exception>
    public string PromptText(ParseResult parsed, JudgeKind kind, ModelSession session)
    {
        string name = PromptName(parsed, session);
        JudgePrompt.Load(kind, name);
        return JudgePrompt.Shipped.Contains(name) ? JudgePrompt.ShippedText(kind, name) : File.ReadAllText(name);
    }

    /// <summary>What decides the bits of judges' scores, by name; none where there is no judge.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe(
        ParseResult parsed, IReadOnlyCollection<NamedJudge> judges, ModelSession session)
    {
        if (judges.Count == 0) return [];

        // A prompt by what it says: a file may be edited between two halves of a run.
        IEnumerable<string> prompts = judges.Select(j =>
            $"{Path.GetFileName(j.Prompt.Source)} {Digest.OfTexts([PromptText(parsed, j.Prompt.Kind, session)])}");
        return
        [
            new("--principle", parsed.GetValue(Principle) ?? ""),
            new("--judge-prompt", string.Join(' ', prompts)),
            new("--reasoning-tokens", parsed.GetValue(ReasoningTokens).ToString(CultureInfo.InvariantCulture)),
            new("--votes", parsed.GetValue(Votes).ToString(CultureInfo.InvariantCulture)),
            new("--reasoning-temperature", parsed.GetValue(Temperature).ToString("R", CultureInfo.InvariantCulture)),
        ];
    }

    // The model inside learned to judge in words of its own; it understands no others.
    private string PromptName(ParseResult parsed, ModelSession session)
    {
        bool isInside = Path.GetFileName(Path.TrimEndingDirectorySeparator(session.Folder)) == EmbeddedModel.Name;
        return parsed.GetValue(Prompt) ?? (isInside ? "arithmetic" : "default");
    }
}
