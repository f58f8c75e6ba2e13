namespace Innate.Tests.Jinja;

/// <summary>
/// Jinja2's truncate leaves a text alone up to the length and the leeway together, both ends included (len(s) &lt;= length +
/// leeway), and cuts it to the length where it is one character longer.
/// </summary>
public class JinjaTruncateTests
{
    [Theory]
    [InlineData("'hello world foo'|truncate(10)", "hello world foo")]
    [InlineData("'hello world fool'|truncate(10)", "hello...")]
    [InlineData("'hello world foo'|truncate(12, leeway=3)", "hello world foo")]
    [InlineData("'hello world foo'|truncate(12, leeway=2)", "hello...")]
    [InlineData("'hello world foo'|truncate(15, leeway=0)", "hello world foo")]
    [InlineData("'hello world foo'|truncate(14, leeway=0)", "hello...")]
    [InlineData("'hello world foo'|truncate(14, true, leeway=0)", "hello world...")]
    [InlineData("'aé😀bcd'|truncate(4, true, '', 2)", "aé😀bcd")]
    [InlineData("'aé😀bcd'|truncate(3, true, '', 2)", "aé😀")]
    public void The_leeway_is_a_part_of_what_is_left_alone(string expression, string expected) =>
        Assert.Equal(expected, Templates.Render("{{ " + expression + " }}"));
}
