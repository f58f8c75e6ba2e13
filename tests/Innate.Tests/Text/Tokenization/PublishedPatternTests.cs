using FsCheck;
using FsCheck.Fluent;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Tests.Text.Tokenization;

/// <summary>The hand-written scanners against the general engine, which is their definition.</summary>
public sealed class PublishedPatternTests
{
    public static TheoryData<string> Expressions =>
    [
        PublishedPattern.Gpt2Expression, PublishedPattern.Llama3Expression, PublishedPattern.Cl100kExpression,
        PublishedPattern.Qwen2Expression, PublishedPattern.O200kExpression,
    ];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Scanner_tiles_text_as_the_expression_does(string expression)
    {
        PublishedPattern scanner = Assert.IsType<PublishedPattern>(TextPattern.FromRegex(expression, "pattern"));
        var engine = new RegexPattern(expression, "pattern");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(40), Prop.ForAll(RandomText.WellFormed, text =>
        {
            string fast = Show(scanner, text), slow = Show(engine, text);
            return (fast == slow).Label($"{fast} but {slow}");
        }));
    }

    [Theory]
    [InlineData("Don't say 'tis 12345!", "Don|'t| say| '|tis| |123|45|!")]
    [InlineData("x  =  y;\n\n  z\r\n", "x| | =| | y|;\n\n| | z|\r\n")]
    [InlineData("𝒳𝒴 𠀀 𝟘𝟙𝟚𝟛", "𝒳𝒴| 𠀀| |𝟘𝟙𝟚|𝟛")]
    public void Llama3_cuts_as_written_down(string text, string expected) =>
        Assert.Equal(expected, Show(TextPattern.FromRegex(PublishedPattern.Llama3Expression, "pattern"), text));

    [Theory]
    [InlineData("HTMLParser getName's", "HTMLParser| get|Name's")]
    [InlineData("ABC中文x", "ABC中文x")]
    [InlineData("aB!/\n", "a|B|!/\n")]
    public void O200k_ends_words_where_a_capital_begins(string text, string expected) =>
        Assert.Equal(expected, Show(TextPattern.FromRegex(PublishedPattern.O200kExpression, "pattern"), text));

    private static string Show(TextPattern pattern, string text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text, matches);
        return string.Join('|', matches.Select(m => text[m.Start..m.End]));
    }
}
