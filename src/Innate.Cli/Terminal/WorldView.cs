using System.Globalization;
using System.Text;
using Innate.Runs.Worlds;
using Spectre.Console;

namespace Innate.Cli.Terminal;

/// <summary>Episodes for people: how a model did in a world, and one episode token by token.</summary>
internal static class WorldView
{
    /// <summary>How a model did.</summary>
    public static string Render(string title, WorldResults r, ColourDepth depth)
    {
        Table table = Grids.Figures(["measure", "value"]);
        void Add(string name, string value) => table.AddFigures(name, [(value, name == "solved")]);
        bool isNone = double.IsNaN(r.Success);
        Add("solved", isNone ? "–" : Inv($"{100 * r.Success:0.0}%"));
        Add("95 of 100", isNone ? "–" : Inv($"{100 * r.Interval.Low:0.0}-{100 * r.Interval.High:0.0}%"));
        if (r.RandomSuccess is { } random) Add("random valid actions, exactly", Inv($"{100 * random:0.00}%"));
        Add("mean reward", isNone ? "–" : Inv($"{r.Reward:0.###}"));
        Add("turns when solved", double.IsNaN(r.Steps) ? "–" : Inv($"{r.Steps:0.0}"));
        if (r.Efficiency is { } efficiency) Add("optimal / used turns", Inv($"{efficiency:0.00}"));
        Add("actions that could not be done", Inv($"{100 * r.Invalid:0.0}%"));
        Add("out of turns", Inv($"{r.OutOfTurns}"));
        Add("out of tokens", Inv($"{r.OutOfTokens}"));
        Add("broken off by the world", Inv($"{r.Failed}"));
        Add("tokens an episode", Inv($"{r.Tokens:0.0}"));
        string why = r.FirstFailure is null ? "" : $"the first that was broken off: {r.FirstFailure}\n";
        string head = $"{title} · {Inv($"{r.Episodes} episodes of {r.Seeds} seeds")}";
        return $"{head}\n{Screen.Render(table, Grids.Unlimited, depth)}\n{why}";
    }

    /// <summary>One episode: its tokens, coloured where the player wrote them, and how it ended.</summary>
    public static string Transcript(PlayedEpisode played, int width, ColourDepth depth)
    {
        StringBuilder text = new("\n");
        HeatScale scale = HeatScale.OfLogProbabilities(played.Tokens.Select(t => t.LogProbability).OfType<double>());
        foreach (List<HeatSegment> line in HeatText.Lines(
            [.. played.Tokens.Select(t => t.Text)], [.. played.Tokens.Select(t => t.LogProbability ?? double.NaN)], scale, width))
        {
            text.AppendLine(HeatText.Draw(line, depth));
        }

        string optimal = played.OptimalSteps is { } steps ? Inv($" (optimal: {steps})") : "";
        text.Append(Inv($"{played.End} in {played.Turns} turns{optimal}, reward {played.Reward:0.###}, "));
        text.Append(Inv($"{played.InvalidActions} actions that could not be done"));
        if (played.Failure is not null) text.Append($"; {played.Failure}");
        return text.Append('\n').ToString().ReplaceLineEndings("\n");
    }

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
