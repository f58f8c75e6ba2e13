using System.CommandLine;
using Innate.Judges;

namespace Innate.Cli.Commands;

/// <summary>The options that name a judge and how it judges.</summary>
/// <param name="name">The option that names the judge.</param>
/// <param name="fallback">The judge where none is named; null: none.</param>
internal sealed class JudgeChoice(string name, string? fallback)
{
    public Option<string?> Kind { get; } = Opt.Text(
        name, "KIND", $"The judge: {string.Join(", ", JudgeNames.All)}{(fallback is null ? " [off: --reward scores]" : "")}",
        fallback);

    public Option<string?> Prompt { get; } = Opt.Text(
        "--judge-prompt", "FILE",
        $"What the judge asks: {string.Join(", ", JudgePrompt.Shipped)}, or a file [default: arithmetic for innate-tiny, else "
        + $"default]");

    public Option<string?> Principle { get; } = Opt.Text(
        "--principle", "TEXT|FILE",
        fallback is null
            ? "What to judge by, in words: in the judge's prompt, or the system prompt of a reward [off: none]"
            : "What to judge by, in words: put into the judge's prompt [off: none]");

    public Option<int> ReasoningTokens { get; } = Opt.Whole(
        "--reasoning-tokens", "Let the model reason first, in at most so many tokens; 0: it answers at once, or a "
        + "judge that always writes takes its kind's number", 0, 0,
        "a whole number of at least 0");

    public Option<int> Votes { get; } = Opt.Whole(
        "--votes", "Judgements to sample, of which the verdict is made; 0: as many as the judge's kind takes (1; genrm-cot 32, "
        + "reasongrm 4, spct 8)", 0, 0, "a whole number of at least 0");

    public Option<double> Temperature { get; } = Opt.Number(
        "--reasoning-temperature", "The temperature of the reasoning", 1, x => x >= 0, "a number of at least 0");

    public Option<bool> Majority { get; } = Opt.Flag(
        "--majority", "genrm-cot: the share of critiques that say Yes [off: the mean of p(Yes)]");

    public Option<int> SecondThoughts { get; } = Opt.Whole(
        "--second-thoughts", "thinkprm: rounds in which a chain doubts itself and decides again", 0, 0,
        "a whole number of at least 0");

    public Option<bool> AnyFormat { get; } = Opt.Flag(
        "--any-format", "Let a judge that writes write as it likes, and read what can be read [off: hold it to its format]");

    public Option<string?> Meta { get; } = Opt.Text(
        "--meta", "REWARD", "spct: judgements vote that this reward, or expression, likes best [off: all vote]");

    public Option<int?> MetaKept { get; } = Opt.OptionalWhole(
        "--meta-keep", "spct: how many judgements vote beside --meta [default: half]");

    /// <summary>The options that a judge alone reads.</summary>
    public IReadOnlyList<Option> Own =>
        [Prompt, ReasoningTokens, Votes, Temperature, Majority, SecondThoughts, AnyFormat, Meta, MetaKept];

    public void AddTo(Command command, bool kind = true)
    {
        if (kind) command.Add(Kind);
        foreach (Option option in Own.Append(Principle)) command.Add(option);
    }

    /// <summary>The judge that is named; null: none.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="seed">Decides its reasoning.</param>
    /// <exception cref="InputException">There is none of this name, or options of a judge without one.</exception>
    public JudgeSettings? Settings(ParseResult parsed, ulong seed)
    {
        if (parsed.GetValue(Kind) is not { } kind)
        {
            return Own.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle
                ? throw new InputException($"{idle.Name}: expected a judge in {Kind.Name}, found none.")
                : null;
        }

        JudgeKind known = JudgeNames.Parse(kind)
            ?? throw new InputException(
                $"{Kind.Name}: expected {string.Join(", ", JudgeNames.All)}, "
                + $"found '{kind}'{NearestName.Hint(kind, JudgeNames.All)}.");
        return Settings(parsed, seed, known);
    }

    /// <summary>How a judge asks.</summary>
    public JudgeSettings Settings(ParseResult parsed, ulong seed, JudgeKind kind) => new()
    {
        Kind = kind,
        JudgePrompt = parsed.GetValue(Prompt),
        Principle = PrincipleOf(parsed.GetValue(Principle)),
        ReasoningTokens = parsed.GetValue(ReasoningTokens),
        Votes = parsed.GetValue(Votes),
        ReasoningTemperature = parsed.GetValue(Temperature),
        Majority = parsed.GetValue(Majority),
        SecondThoughts = parsed.GetValue(SecondThoughts),
        AnyFormat = parsed.GetValue(AnyFormat),
        Meta = parsed.GetValue(Meta),
        MetaKept = parsed.GetValue(MetaKept),
        Seed = seed,
    };

    /// <summary>A principle as it is given: what the file of this name says, or the text itself.</summary>
    public static string? PrincipleOf(string? textOrFile) =>
        File.Exists(textOrFile) ? File.ReadAllText(textOrFile).Trim() : textOrFile;
}
