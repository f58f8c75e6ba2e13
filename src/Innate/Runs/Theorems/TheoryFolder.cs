using System.Text.Json.Nodes;
using Innate.Theory;

namespace Innate.Runs.Theorems;

/// <summary>A run of the checks as files: the same run, the same bytes.</summary>
public static class TheoryFolder
{
    /// <summary>The figures.</summary>
    public const string Results = "results.json";

    /// <summary>The page.</summary>
    public const string Report = "report.html";

    /// <summary>Fails now where <see cref="Write"/> would fail after the work.</summary>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    public static void RequireFree(string folder) => WholeFolder.RequireFree(folder, Results, Report);

    /// <summary>Writes both files; an earlier run's in the same folder are replaced.</summary>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    public static void Write(string folder, TheoryRun run) => WholeFolder.Write(
        folder,
        partial =>
        {
            File.WriteAllBytes(Path.Combine(partial, Results), JsonBytes.Indented(Json(run)));
            TheoryReport.Page(run).Write(Path.Combine(partial, Report));
        },
        Results, Report);

    private static JsonObject Json(TheoryRun run) => new()
    {
        ["seed"] = run.Options.Seed,
        ["quick"] = run.Options.Quick,
        ["holds"] = run.Holds,
        ["checks"] = Array(run.Checks, Json),
    };

    private static JsonObject Json(CheckResult check)
    {
        JsonObject json = new()
        {
            ["name"] = check.Name,
            ["claim"] = check.Claim,
            ["source"] = check.Source,
            ["is_claim_of_paper"] = check.IsClaimOfPaper,
            ["holds"] = check.Holds,
            ["findings"] = Array(check.Findings, Json),
            ["notes"] = check.Notes,
            ["charts"] = Array(check.Charts, chart => new JsonObject
            {
                ["title"] = chart.Title,
                ["x"] = chart.X,
                ["y"] = chart.Y,
                ["series"] = Array(chart.Series, series => new JsonObject
                {
                    ["name"] = series.Name,
                    ["is_bound"] = series.IsBound,
                    ["x"] = Array(series.X, Number),
                    ["y"] = Array(series.Y, Number),
                }),
            }),
        };
        if (check.Table is { } table)
        {
            json["table"] = new JsonObject
            {
                ["columns"] = Array(table.Columns, c => JsonValue.Create(c)),
                ["rows"] = Array(table.Rows, row => Array(row, cell => JsonValue.Create(cell))),
            };
        }

        return json;
    }

    private static JsonObject Json(Finding finding)
    {
        JsonObject json = new()
        {
            ["what"] = finding.What,
            ["measured"] = Number(finding.Measured),
            ["relation"] = finding.Relation switch
            {
                Relation.AtMost => "at most",
                Relation.AtLeast => "at least",
                _ => "near",
            },
            ["bound"] = Number(finding.Bound),
            ["holds"] = finding.Holds,
            ["standing"] = FindingText.Standing(finding),
        };
        if (finding.Relation == Relation.Near) json["tolerance"] = Number(finding.Tolerance);
        if (finding.Interval is { } i) json["interval"] = new JsonArray(Number(i.Low), Number(i.High));
        return json;
    }

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> json) => new([.. items.Select(json)]);

    // JSON has no infinities.
    private static JsonNode? Number(double x) => double.IsFinite(x) ? JsonValue.Create(x) : null;
}
