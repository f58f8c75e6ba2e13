using System.Globalization;
using System.Text;
using Innate.Recipes;
using static System.FormattableString;

namespace Innate.Runs.Arena;

/// <summary>docs/zoo.md: the recipes' own texts, and what the arena measured of them. A test holds the page to it.</summary>
public static class ZooPage
{
    /// <summary>The page.</summary>
    /// <param name="arena">An arena's results, its arena.json; null: none were measured yet.</param>
    /// <exception cref="InputException">The file holds something else.</exception>
    public static string Of(string? arena)
    {
        ArenaResults? results = arena is null ? null : ArenaResults.Read(arena);
        StringBuilder text = new();
        text.Append("# The zoo\n\n");
        text.Append("Papers that turn inner or verifiable signals into learning, each one file in `src/Innate/Recipes/`. ");
        text.Append("`innate recipes` lists them, `innate recipes NAME` is a page, `innate train rl --recipe NAME` runs one\n");
        text.Append("([training.md](training.md)); any default is overridden by the ordinary options. ");
        text.Append("What no source settles and we chose ");
        text.Append("is said as *ours*. This page is made of the recipes' own texts and of the\narena's results by ");
        text.Append("`innate recipes --markdown --results FILE`, and a test holds it to them.\n\n");
        IReadOnlyList<ArenaEntry> entries = results is null ? [] : Entries(results);
        ArenaFindings? findings = results is null ? null : new ArenaFindings(entries, results.Start, results.Cells);
        if (findings is not null) Arena(text, results!, entries, findings);
        text.Append("## Recipes\n\n");
        Table(text, RecipeText.Table(RecipeList.All));
        foreach (Recipe recipe in RecipeList.All) Recipe(text, recipe, findings);
        return text.ToString();
    }

    private static void Arena(
        StringBuilder text, ArenaResults results, IReadOnlyList<ArenaEntry> entries, ArenaFindings findings)
    {
        (int seeds, int fresh) = Seeds(results);
        ArenaSettings settings = new() { Output = "", Seeds = seeds, FreshSeeds = fresh };
        text.Append("## Side by side\n\n");
        text.Append(Invariant($"innate-tiny in the arithmetic world, {results.Settings["tokens"]} sampled tokens a run, "));
        text.Append(Invariant($"{results.Cells.Count} runs (`experiments/arena/run`, results in "));
        text.Append("`experiments/arena/results/arena.json`).\nChanges from the start, in points where shares are meant; ");
        text.Append("means over seeds. ");
        text.Append(ArenaText.Chance(findings, settings)).Append("\n\n");
        string start = string.Join(", ", ArenaText.Columns.Select(c => c.IsShare
            ? Invariant($"{c.Name} {results.Start[c.Metric] * 100:F1} %") : Invariant($"{c.Name} {results.Start[c.Metric]:F2}")));
        text.Append("The start: ").Append(start).Append(".\n\n");
        Table(text,
        [
            ["recipe", .. ArenaText.Columns.Select(c => c.Name), "seeds", "verdict"],
            .. entries.Where(e => findings.Of(e.Name).Any()).Select(e => (string[])
            [
                e.Name, .. ArenaText.Columns.Select(c => ArenaText.Change(findings.Change(e.Name, c.Metric), c.IsShare)),
                ArenaText.Agreement(findings, e), findings.Verdict(e),
            ]),
        ]);
        if (findings.Change(ArenaEntry.RandomName, "accuracy") is { } random)
        {
            text.Append(Invariant($"The random reward moved held-out accuracy by {random.Mean * 100:+0.0;-0.0} points "));
            text.Append(Invariant($"({random.Low * 100:+0.0;-0.0} to {random.High * 100:+0.0;-0.0} over "));
            text.Append(Invariant($"{findings.Of(ArenaEntry.RandomName).Count()} seeds).\n\n"));
        }

        IReadOnlyList<CheckFinding> checks = findings.Checks();
        text.Append("### Signatures\n\nPredictions made before the runs. ");
        text.Append(Invariant($"{checks.Count(c => c.Outcome == CheckOutcome.Holds)} of {checks.Count} hold, "));
        text.Append(Invariant($"{checks.Count(c => c.Outcome == CheckOutcome.Fails)} fail, "));
        text.Append("the rest were not put to the test.\n\n");
        Table(text,
        [
            ["recipe", "prediction", "outcome", "seeds that agree", "mean"],
            .. checks.Select(c => (string[])
            [
                c.Entry, c.Check.Words, ArenaText.Words(c.Outcome), Invariant($"{c.Agree} of {c.Seeds}"),
                double.IsNaN(c.Mean) ? "–" : Invariant($"{c.Mean:+0.000;-0.000;0.000}"),
            ]),
        ]);
    }

    private static void Recipe(StringBuilder text, Recipe recipe, ArenaFindings? findings)
    {
        string formula = recipe.Formula.Replace("\r", "", StringComparison.Ordinal);
        text.Append(Invariant($"### {recipe.Name}\n\n{Sentence(recipe.Title)} ({recipe.Paper}; "));
        text.Append(Invariant($"{RecipeText.Status(recipe.Status)}). Needs {RecipeText.Needs(recipe)}.\n\n"));
        text.Append(Invariant($"```\n{formula}\n```\n\nDefaults: "));
        text.AppendJoin("; ", RecipeText.Defaults(recipe).Select(d => $"{d.Name} {d.Value}")).Append(".\n\n");
        text.Append(Invariant($"- Signature: {recipe.Signature}.\n- Failure: {recipe.Failure}.\n"));
        foreach (string ours in recipe.Ours) text.Append("- Ours: ").Append(ours).Append('\n');
        if (findings is not null && findings.Of(recipe.Name).Any())
        {
            string change = ArenaText.Change(findings.Change(recipe.Name, "accuracy"), isShare: true);
            string verdict = findings.Verdict(new ArenaEntry(recipe.Name, recipe));
            text.Append(Invariant($"- Arena: {change} points held out, {verdict}.\n"));
        }

        text.Append('\n');
    }

    private static IReadOnlyList<ArenaEntry> Entries(ArenaResults results) => ArenaEntry.Of(
        [.. RecipeList.Names.Where(n => results.Cells.Any(c => c.Entry == n))]);

    private static (int Seeds, int Fresh) Seeds(ArenaResults results)
    {
        int[] seeds = [.. results.Cells.Select(c => c.Seed).Distinct()];
        int fresh = seeds.Count(s => s >= ArenaFindings.FirstFresh);
        return (seeds.Length - fresh, fresh == 0 ? new ArenaSettings { Output = "" }.FreshSeeds : fresh);
    }

    private static string Sentence(string title) => char.ToUpperInvariant(title[0]) + title[1..];

    private static void Table(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        Line(text, rows[0]);
        Line(text, [.. rows[0].Select(_ => new string('-', 3))]);
        foreach (string[] row in rows.Skip(1)) Line(text, row);
        text.Append('\n');
    }

    private static void Line(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
