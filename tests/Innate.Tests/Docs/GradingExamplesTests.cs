using Innate.Scoring.Grading;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>Every line of docs/grading.md's tables is what the grader does.</summary>
public sealed class GradingExamplesTests
{
    private static readonly string[][] Tables =
    [
        .. File.ReadLines(Path.Combine(Places.Repository, "docs", "grading.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && l.Contains('`', StringComparison.Ordinal))
            .Select(l => l.Split(" | ").Select(c => c.Trim('|', ' ').Trim('`')).ToArray()),
    ];

    [Fact]
    public void Responses_are_read_as_the_page_says()
    {
        string[][] rows = [.. Tables.Where(r => r.Length == 3)];
        Assert.True(rows.Length > 15);
        Assert.All(rows, r => Assert.Equal(r[2] == "yes", VerifiableAnswer.Check(r[0], r[1]).Reward == 1));
    }

    [Fact]
    public void Answers_are_compared_as_the_page_says()
    {
        string[][] rows = [.. Tables.Where(r => r.Length == 4)];
        Assert.All(rows, r =>
        {
            Assert.Equal(r[3] == "yes", VerifiableAnswer.Check($@"\boxed{{{r[1]}}}", r[2]).Reward == 1);
            Assert.Equal(r[3] == "yes", VerifiableAnswer.Check($@"\boxed{{{r[2]}}}", r[1]).Reward == 1);
        });

        // Each kind of spelling has one of both.
        foreach (IGrouping<string, string[]> kind in rows.GroupBy(r => r[0]))
        {
            Assert.Equal(["no", "yes"], kind.Select(r => r[3]).Order());
        }
    }
}
