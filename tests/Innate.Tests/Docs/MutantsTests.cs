using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>The mutants of tools/mutants.py are of the sources as they are, and docs/testing.md tells what came of them.</summary>
public sealed class MutantsTests
{
    [Fact]
    public void Every_mutant_replaces_an_expression_that_stands_there_once()
    {
        foreach ((string file, string code, string mutant) in Rows(Read("tools", "mutants.json")))
        {
            string source = File.ReadAllText(Path.Combine(Places.Repository, "src", "Innate", file));
            Assert.True(source.Split(code).Length == 2, $"{file}: '{code}'");
            Assert.NotEqual(code, mutant);
        }
    }

    [Fact]
    public void The_page_s_table_is_the_last_results()
    {
        JsonElement results = Read("tests", "Results", "mutants.json");
        Assert.Equal(Rows(Read("tools", "mutants.json")), Rows(results.GetProperty("rows")));
        string page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "testing.md"));
        foreach (JsonElement row in results.GetProperty("rows").EnumerateArray())
        {
            (string file, string code, string mutant) = Row(row);
            int failing = row.GetProperty("failing_tests").GetInt32();
            string seen = failing > 0 ? $"{failing}" : "none: it survives";

            // A stroke in a cell is no cell's end.
            string cells = string.Join(" | ", ((string[])[file, code, mutant]).Select(Cell));
            Assert.Contains($"| {cells} | {seen} |", page, StringComparison.Ordinal);

            static string Cell(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";
        }
    }

    private static JsonElement Read(params string[] path) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine([Places.Repository, .. path]))).RootElement;

    private static (string File, string Code, string Mutant)[] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static (string File, string Code, string Mutant) Row(JsonElement row) => (
        row.GetProperty("file").GetString()!, row.GetProperty("code").GetString()!, row.GetProperty("mutant").GetString()!);
}
