using System.Globalization;
using System.Text;
using Innate.Cli.Terminal;
using Innate.Runs.Reproduction;

namespace Innate.Cli.Terminal;

/// <summary>The three tables on the terminal.</summary>
internal static class ReproductionView
{
    private const int Name = 22, Cell = 16;

    /// <summary>The whole view.</summary>
    public static string Render(ReproductionSettings s, ReproductionResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        Heading(text, $"1 · Is there a reward model inside? ({results.RewardsBenchmark})", depth);
        string[] metrics = [.. results.Rewards[0].Metrics.Select(m => m.Name)];
        Row(text, "", metrics, null, depth);
        foreach (ScorerRow row in results.Rewards)
        {
            Row(text, row.Name, [.. metrics.Select(m => Percent(row[m]))], m => IsBest(results.Rewards.Select(r => r[metrics[m]]), row[metrics[m]]), depth);
        }

        foreach (ScorerRow row in results.Rewards.Where(r => r.Abstained is not null))
        {
            text.Append(Colour.Dim(string.Create(CultureInfo.InvariantCulture, $"  {row.Name}: abstains on {row.Abstained:0.0%} of all pairs of answers, where its two orders disagree\n"), depth));
        }

        ScorerMatrix matrix = results.Prompts[0].Matrix ?? new ScorerMatrix([], [], []);
        Heading(text, $"2 · Does a prompt steer it? ({results.PromptsBenchmark}; rows: the prompt, columns: the response)", depth);
        Row(text, "", matrix.Columns, null, depth);
        for (int r = 0; r < matrix.Rows.Count; r++)
        {
            double[] values = matrix.Values[r];
            Row(text, matrix.Rows[r], [.. values.Select(Percent)], c => IsBest(matrix.Values.Select(v => v[c]), values[c]), depth);
        }

        Heading(text, "3 · Does learning from it make the model better? (right answers, sampled)", depth);
        PolicyRow before = results.Of(null)[0];
        Row(text, "", [.. before.Groups.Select(g => g.Name), "all"], null, depth);
        foreach (string? preset in (string?[])[null, .. s.Presets])
        {
            IReadOnlyList<PolicyRow> runs = results.Of(preset);
            Row(
                text, preset ?? "before",
                [.. before.Groups.Select(g => Percent(runs.Average(p => p.Groups.First(o => o.Name == g.Name).Value))), Percent(runs.Average(p => p.Accuracy))],
                null, depth);
        }

        Heading(text, "What the paper claims", depth);
        foreach (Claim claim in results.Claims)
        {
            text.Append("  ").Append(claim.Holds ? "holds          " : Colour.Bold("does not hold  ", depth)).Append(claim.Text).Append('\n');
            text.Append("                 ").Append(Colour.Dim(claim.Measured, depth)).Append('\n');
        }

        return text.ToString();
    }

    private static void Heading(StringBuilder text, string title, ColourDepth depth) => text.Append('\n').Append(Colour.Bold(title, depth)).Append("\n\n");

    private static void Row(StringBuilder text, string name, IReadOnlyList<string> cells, Func<int, bool>? isBold, ColourDepth depth)
    {
        text.Append("  ").Append(name.PadRight(Name));
        for (int i = 0; i < cells.Count; i++)
        {
            string cell = cells[i].PadLeft(Cell);
            text.Append(isBold is not null && isBold(i) ? Colour.Bold(cell, depth) : isBold is null && name.Length == 0 ? Colour.Dim(cell, depth) : cell);
        }

        text.Append('\n');
    }

    private static bool IsBest(IEnumerable<double> column, double value) => value >= column.Where(v => !double.IsNaN(v)).Max();

    private static string Percent(double part) => double.IsNaN(part) ? "–" : (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
