using System.Globalization;
using Innate.Scoring.Expressions;
using Innate.Tests.Scoring.Expressions;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>Every line of docs/expressions.md's examples is what they are worth, and every name is in its tables.</summary>
public sealed class ExpressionExamplesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Places.Repository, "docs", "expressions.md"));

    [Fact]
    public void Examples_are_worth_what_the_page_says()
    {
        string[][] rows =
        [
            .. Page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal))
                .Select(l => l.Trim('|', ' ').Split(" | ")).Where(c => c.Length == 4)
                .Select(c => c.Select(x => x.Trim('`')).ToArray()),
        ];
        Assert.True(rows.Length > 10);
        Assert.All(rows, row => Assert.Equal(
            row[1..], ThreeResponses.Values(row[0]).Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? "-")));
    }

    [Fact]
    public void Every_leaf_and_rule_is_in_its_table() => Assert.All(
        LeafNames.All.Concat(CheckRules.Names),
        name => Assert.True(
            new[] { "`", "(", "=" }.Any(end => Page.Contains($"`{name}{end}", StringComparison.Ordinal)), name));

    [Fact]
    public void Commands_of_the_page_can_be_read()
    {
        string[] expressions =
        [
            .. Page.Split('\n').Where(l => l.StartsWith("    innate ", StringComparison.Ordinal))
                .Select(l => l.Split("--reward \"").Length == 2 ? l.Split("--reward \"")[1] : l.Split("--scorer \"")[1])
                .Select(l => l[..l.IndexOf('"', StringComparison.Ordinal)]),
        ];
        Assert.Equal(4, expressions.Length);
        Assert.All(expressions, e => RewardExpression.Parse(e));
    }
}
