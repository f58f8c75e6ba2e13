using System.Globalization;
using Innate.Environments.Agents;
using Innate.Reports;
using Innate.Text;

namespace Innate.Runs.Worlds;

/// <summary>report.html of episodes: how they ended, and some of them token by token.</summary>
internal static class WorldReport
{
    private const int Shown = 12;

    /// <summary>The page; the same for the same episodes.</summary>
    public static ReportPage Build(
        string title, IReadOnlyList<Fact> facts, WorldResults results, IReadOnlyList<Episode[]> groups, Tokenizer tokenizer)
    {
        Episode[] shown =
        [
            .. groups.Select(g => g[0]).OrderBy(e => e.Failure is null).ThenByDescending(e => e.IsSolved).Take(Shown),
        ];
        IReadOnlyList<TranscriptToken>[] tokens = [.. shown.Select(e => Transcript.Tokens(e, tokenizer))];
        DivergingScale scale = DivergingScale.OfLogProbabilities(
            tokens.SelectMany(t => t).Select(t => t.LogProbability).OfType<double>());
        return new ReportPage(title, Summary(results), facts,
        [
            new Section("results", "Results", "", Table(results)),
            new Section(
                "episodes", "Episodes, token by token",
                "What the player wrote is coloured by log pi(a|s) = Q(s,a) - V(s), where a slip stands out; pointing at a token "
                + "shows its endogenous reward Q(s,a) - V(s') too, s' the state of the player's next token. What the world wrote "
                + "has no colour.",
                [new TokenLegend(scale), .. shown.Select((e, i) => Item(e, tokens[i], scale) with { IsOpen = i == 0 })]),
        ]);
    }

    /// <summary>What came of it, in a line.</summary>
    public static string Summary(WorldResults r) => string.Create(
        CultureInfo.InvariantCulture,
        $"{r.Episodes} episodes of {r.Seeds} seeds; {100 * r.Success:0.0} % solved ({100 * r.Interval.Low:0.0}-"
        + $"{100 * r.Interval.High:0.0} %)")
        + (r.RandomSuccess is { } random
            ? string.Create(CultureInfo.InvariantCulture, $", random valid actions {100 * random:0.00} %.") : ".");

    private static DataTable Table(WorldResults r) => new(
        "The player", [new("measure"), new("value")],
        [
            [new Cell("solved"), Cell.Percent(r.Success, r.Interval.Low, r.Interval.High)],
            .. r.RandomSuccess is { } random
                ? new IReadOnlyList<Cell>[] { [new Cell("random valid actions, exactly"), Cell.Percent(random)] } : [],
            [new Cell("mean reward"), Cell.Short(r.Reward)],
            [new Cell("turns when solved"), Cell.Short(r.Steps)],
            .. r.Efficiency is { } efficiency
                ? new IReadOnlyList<Cell>[] { [new Cell("optimal / used turns when solved"), Cell.Short(efficiency)] } : [],
            [new Cell("actions that could not be done"), Cell.Percent(r.Invalid)],
            [new Cell("out of turns"), Cell.Number(r.OutOfTurns, "N0")],
            [new Cell("out of tokens"), Cell.Number(r.OutOfTokens, "N0")],
            [new Cell("broken off by the world"), Cell.Number(r.Failed, "N0")],
            [new Cell("tokens an episode"), Cell.Short(r.Tokens)],
        ],
        [
            "Interval: Wilson's, 95 %, by seeds. Episodes that the world broke off take no part in the rates.",
            .. r.FirstFailure is { } why ? [$"The first that was broken off: {why}."] : Array.Empty<string>(),
        ]);

    private static Disclosure Item(Episode e, IReadOnlyList<TranscriptToken> tokens, DivergingScale scale) => new(
        string.Create(CultureInfo.InvariantCulture, $"seed {e.Seed}"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(e.IsSolved ? "solved" : Transcript.NameOf(e.End))}, {e.Turns.Count} turns, reward {e.Reward:0.###}"),
        new SampleText(
            e.First,
            new TokenText([.. tokens.Select(t => new ColouredPiece(t.Text, t.LogProbability, Title(t)))], scale)
            {
                HasLegend = false,
            }));

    private static string Title(TranscriptToken t) => t.LogProbability is not { } logProbability ? ""
        : t.Reward is not { } reward ? NumberText.Short(logProbability)
        : $"{NumberText.Short(logProbability)}, reward {NumberText.Short(reward)}";
}
