using System.Text.Json.Nodes;
using Innate.Tests.Cli;

namespace Innate.Tests.Scoring.Grading;

/// <summary><c>innate grade</c> as a user runs it.</summary>
public sealed class GradeCommandTests
{
    private const string Rows = """
        {"id":7,"response":"<think>\\boxed{3}</think>It is $\\frac{2}{3}$.","gold":"2/3","answer":"old"}
        {"response":"It is 4.","gold":5}
        {"response":"It is 4.","gold":4,"boxed":true}
        {"response":"It is 4."}
        {"response":"It is 4.","gold":" "}
        {"response":"It is 4.","gold":"4","boxed":"yes"}

        """;

    [Fact]
    public void Each_row_says_what_was_read_and_whether_it_is_right()
    {
        CliResult result = RealCli.Run(["grade"], Rows);
        JsonNode[] lines = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(2, result.Code);
        Assert.Equal(
            """{"id":7,"response":"<think>\\boxed{3}</think>It is $\\frac{2}{3}$.","gold":"2/3","answer":"\\frac{2}{3}","source":"last-number","""
            + "\"correct\":true,\"reason\":\"equal\"}",
            result.Lines[0]);
        Assert.Equal("different", (string)lines[1]["reason"]!);
        Assert.False((bool)lines[1]["correct"]!);
        Assert.Null(lines[2]["answer"]);
        Assert.Equal("no answer: no box", (string)lines[2]["reason"]!);
        Assert.Equal("""{"error":"the field \"gold\" is missing","line":4}""", result.Lines[3]);
        Assert.Contains("is empty; expected a known answer", (string)lines[4]["error"]!, StringComparison.Ordinal);
        Assert.Contains("must be true or false, found a string", (string)lines[5]["error"]!, StringComparison.Ordinal);
        Assert.Contains("3 of 6 rows could not be graded", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_graded_whole()
    {
        using Support.TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"], """{"response":"答案是五。","gold":"5"}""");
        CliResult result = RealCli.Run(["grade", "--in", folder["rows.jsonl"], "--out", folder["graded.jsonl"]]);
        Assert.Equal(0, result.Code);
        Assert.Contains("\"source\":\"phrase\",\"correct\":true", File.ReadAllText(folder["graded.jsonl"]), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["graded.jsonl.partial"]));
    }
}
