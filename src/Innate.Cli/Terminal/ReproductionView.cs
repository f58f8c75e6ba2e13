using System.Globalization;
using System.Text;
using Innate.Runs.Reproduction;
using Spectre.Console;
using Stack = Spectre.Console.Rows;

namespace Innate.Cli.Terminal;

/// <summary>The three tables on the terminal.</summary>
internal static class ReproductionView
{
    /// <summary>The whole view.</summary>
    public static string Render(ReproductionSettings s, ReproductionResults results, ColourDepth depth)
    {
        StringBuilder text = new();
        Heading(text, $"1 · Is there a reward model inside? ({results.RewardsBenchmark})", depth);
        string[] metrics = [.. results.Rewards[0].Metrics.Select(m => m.Name)];
        Table rewards = Grids.Figures(["", .. metrics]);
        foreach (ScorerRow row in results.Rewards)
        {
            rewards.AddFigures(
                row.Name, [.. metrics.Select(m => (Percent(row[m]), IsBest(results.Rewards.Select(r => r[m]), row[m])))]);
        }

        text.Append(Screen.Render(rewards, Grids.Unlimited, depth));
        foreach (ScorerRow row in results.Rewards.Where(r => r.Abstained is not null))
        {
            string note = string.Create(
                CultureInfo.InvariantCulture,
                $"  {row.Name}: abstains on {row.Abstained:0.0%} of all pairs of answers, where its two orders disagree");
            text.Append(Colour.Dim(note, depth)).Append('\n');
        }

        ScorerMatrix matrix = results.Prompts[0].Matrix ?? new ScorerMatrix([], [], []);
        Heading(
            text, $"2 · Does a prompt steer it? ({results.PromptsBenchmark}; rows: the prompt, columns: the response)", depth);
        Table prompts = Grids.Figures(["", .. matrix.Columns]);
        for (int r = 0; r < matrix.Rows.Count; r++)
        {
            double[] values = matrix.Values[r];
            prompts.AddFigures(
                matrix.Rows[r], [.. values.Select((v, c) => (Percent(v), IsBest(matrix.Values.Select(o => o[c]), v)))]);
        }

        text.Append(Screen.Render(prompts, Grids.Unlimited, depth));
        Heading(text, "3 · Does learning from it make the model better? (right answers, sampled)", depth);
        text.Append(Screen.Render(Policies(s, results), Grids.Unlimited, depth));
        Heading(text, "What the paper claims", depth);
        return text.Append('\n').Append(Screen.Render(Claims(results), Grids.Unlimited, depth)).ToString();
    }

    private static Table Policies(ReproductionSettings s, ReproductionResults results)
    {
        PolicyRow before = results.Of(null)[0];
        Table policies = Grids.Figures(["", .. before.Groups.Select(g => g.Name), "all"]);
        foreach (string? preset in (string?[])[null, .. s.Presets])
        {
            IReadOnlyList<PolicyRow> runs = results.Of(preset);
            policies.AddFigures(
                preset ?? "before",
                [
                    .. before.Groups.Select(g => (Mean(runs, p => p.Groups.First(o => o.Name == g.Name).Value), false)),
                    (Mean(runs, p => p.Accuracy), false),
                ]);
        }

        return policies;
    }

    private static Table Claims(ReproductionResults results)
    {
        Table claims = Grids.Bare(columns: 2);
        foreach (PaperClaim claim in results.Claims)
        {
            claims.AddRow(
                claim.Holds ? Screen.Piece("holds") : Screen.Piece("does not hold", Screen.Bold),
                new Stack(Screen.Piece(claim.Text), Screen.Piece(claim.Measured, Screen.Dim)));
        }

        return claims;
    }

    private static void Heading(StringBuilder text, string title, ColourDepth depth) =>
        text.Append('\n').Append(Colour.Bold(title, depth)).Append('\n');

    private static bool IsBest(IEnumerable<double> column, double value) => value >= column.Where(v => !double.IsNaN(v)).Max();

    private static string Mean(IReadOnlyList<PolicyRow> runs, Func<PolicyRow, double> value) => Percent(runs.Average(value));

    private static string Percent(double part) =>
        double.IsNaN(part) ? "–" : (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
