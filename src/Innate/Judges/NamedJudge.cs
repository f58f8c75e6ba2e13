using System.Globalization;
using Innate.Checkpoints;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Judges;

/// <summary>A judge, and the prompt that tells what it is.</summary>
/// <param name="Prompt">How it asks.</param>
/// <param name="Judge">Who asks.</param>
public sealed record NamedJudge(JudgePrompt Prompt, IJudge Judge)
{
    /// <summary>What its verdicts cost so far, and what was lost.</summary>
    internal JudgeTally Tally { get; private init; } = new();

    /// <summary>The judge's kind by name.</summary>
    public string Name => JudgeNames.Of(Prompt.Kind);

    /// <summary>The judge of some settings.</summary>
    /// <param name="settings">Which, and how it asks.</param>
    /// <param name="session">The model that is asked.</param>
    /// <param name="format">Chat or raw; a system prompt of its own would take the judge's place and is left out.</param>
    /// <exception cref="InputException">
    /// A prompt that is none, settings that do not go together, or a model without words.
    /// </exception>
    public static NamedJudge Of(JudgeSettings settings, ModelSession session, ChatFormatOptions format) =>
        settings.Meta is null ? Of(settings, session, format, meta: null)
            : throw new InputException(nameof(settings.Meta), "none where nothing scores judgements", settings.Meta);

    /// <summary>The same with a scorer of judgements.</summary>
    internal static NamedJudge Of(
        JudgeSettings settings, ModelSession session, ChatFormatOptions format, JudgementScorer? meta)
    {
        if (session.IsClassifier)
        {
            throw new InputException(
                $"{session.Folder} is a trained reward model with a score head: it answers no judge's question.");
        }

        ChatFormatOptions own = format with { System = null };
        Check(settings);
        JudgePrompt prompt = JudgePrompt.Load(settings.Kind, PromptName(settings, session));
        int tokens = TokensOf(settings, session);
        JudgeTally tally = new();
        return new NamedJudge(prompt, Judges.Judge.Create(
            tally.Of(JudgeModel.Of(session, own, reasons: tokens > 0)), prompt, new JudgeOptions
            {
                Principle = settings.Principle,
                ReasoningTokens = tokens,
                Votes = VotesOf(settings),
                Temperature = settings.ReasoningTemperature,
                Seed = settings.Seed,
                Majority = settings.Majority,
                SecondThoughts = settings.SecondThoughts,
                AnyFormat = settings.AnyFormat,
                Meta = meta,
                MetaKept = settings.MetaKept,
                StopIds = session.StopIds(own),
            })) { Tally = tally };
    }

    // What a kind does not read would be passed over without a word.
    private static void Check(JudgeSettings settings)
    {
        if (settings.Majority && settings.Kind != JudgeKind.GenRmCot)
        {
            throw new InputException(nameof(settings.Majority), "off but with genrm-cot", "on");
        }

        if (settings.SecondThoughts != 0 && settings.Kind != JudgeKind.ThinkPrm)
        {
            throw new InputException(nameof(settings.SecondThoughts), "0 but with thinkprm", $"{settings.SecondThoughts}");
        }

        if ((settings.Meta is not null || settings.MetaKept is not null) && settings.Kind != JudgeKind.Spct)
        {
            throw new InputException(
                nameof(settings.Meta), "none but with spct", settings.Meta ?? $"{settings.MetaKept} to keep");
        }
    }

    // A kind's own number is for large models: in a short context most of the room is the prompt's.
    private static int TokensOf(JudgeSettings settings, ModelSession session) => settings.ReasoningTokens != 0
        ? settings.ReasoningTokens
        : Math.Min(JudgeTraits.Of(settings.Kind).Tokens, session.Traces.MaxPositions / (4 + settings.SecondThoughts));

    private static int VotesOf(JudgeSettings settings) =>
        settings.Votes != 0 ? settings.Votes
        : settings.ReasoningTemperature == 0 ? 1 : JudgeTraits.Of(settings.Kind).Votes;

    /// <summary>The text of the prompt that is meant.</summary>
    /// <param name="settings">Which judge.</param>
    /// <param name="session">The model that is asked.</param>
    /// <exception cref="InputException">There is no such file, or it is no prompt of this judge.</exception>
    public static string PromptText(JudgeSettings settings, ModelSession session)
    {
        string name = PromptName(settings, session);
        JudgePrompt.Load(settings.Kind, name);
        return JudgePrompt.Shipped.Contains(name) ? JudgePrompt.ShippedText(settings.Kind, name) : File.ReadAllText(name);
    }

    /// <summary>What decides the bits of judges' scores, by name; none where there is no judge.</summary>
    /// <param name="judges">The judges, all of the same settings but the kind.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="session">The model that is asked.</param>
    internal static IReadOnlyList<KeyValuePair<string, string>> Describe(
        IReadOnlyCollection<NamedJudge> judges, JudgeSettings settings, ModelSession session)
    {
        if (judges.Count == 0) return [];

        // A prompt by what it says: a file may be edited between two halves of a run.
        IEnumerable<string> prompts = judges.Select(j =>
        {
            string text = PromptText(settings with { Kind = j.Prompt.Kind }, session);
            return $"{Path.GetFileName(j.Prompt.Source)} {Digest.OfTexts([text])}";
        });
        return
        [
            new("principle", settings.Principle ?? ""),
            new("judge_prompt", string.Join(' ', prompts)),
            new("reasoning_tokens", Each(k => TokensOf(settings with { Kind = k }, session))),
            new("votes", Each(k => VotesOf(settings with { Kind = k }))),
            new("judge_format", $"{(settings.AnyFormat ? "any" : "kept")}{(settings.Majority ? " majority" : "")}"
                + (settings.SecondThoughts == 0 ? "" : $" again {settings.SecondThoughts}")),
            new("meta", settings.Meta is null ? "" : $"{settings.Meta} {settings.MetaKept}"),
            new("reasoning_temperature", settings.ReasoningTemperature.ToString("R", CultureInfo.InvariantCulture)),
        ];

        string Each(Func<JudgeKind, int> number) => string.Join(
            ' ', judges.Select(j => number(j.Prompt.Kind).ToString(CultureInfo.InvariantCulture)).Distinct());
    }

    /// <summary>
    /// Verdicts, or what is wrong with a question: one that the model cannot hold takes down no other.
    /// </summary>
    /// <param name="questions">What to judge.</param>
    /// <param name="cancellation">Stops between layers and tokens.</param>
    /// <returns>One a question, in order: a verdict, or an error.</returns>
    public IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> Ask(
        IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation) =>
        [.. Verdicts(questions, cancellation).Select(v => v.Verdict is null || IsFinite(v.Verdict)
            ? v : (null, v.Verdict.Refusal ?? "the judge's score is not a finite number"))];

    /// <summary>The same, verdicts without a score among them, whose replies can be looked at.</summary>
    internal IReadOnlyList<(JudgeVerdict? Verdict, string? Error)> Verdicts(
        IReadOnlyList<JudgeQuestion> questions, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<JudgeVerdict> verdicts = Judge.Judge(questions, cancellation);
            Tally.Add(verdicts);
            return [.. verdicts.Select(v => (v, (string?)null))];
        }
        catch (InputException e)
        {
            if (questions.Count == 1) return [(null, e.Message)];
        }

        return [.. questions.Select(q => Verdicts([q], cancellation)[0])];
    }

    // The model inside learned to judge in words of its own; it understands no others.
    private static string PromptName(JudgeSettings settings, ModelSession session)
    {
        bool isInside = Path.GetFileName(Path.TrimEndingDirectorySeparator(session.Folder)) == EmbeddedModel.Name;
        return settings.JudgePrompt ?? (isInside ? "arithmetic" : "default");
    }

    private static bool IsFinite(JudgeVerdict verdict) => verdict.Scores.All(double.IsFinite);
}
