using Innate.Jinja;

namespace Innate.Tests.Jinja;

/// <summary>Errors are one sentence with the template's name, the line and column, and what was expected and found.</summary>
public class JinjaErrorTests
{
    [Theory]
    [InlineData("a\n{{ x.y }}", "test, line 2, column 5: 'x' is undefined.")]
    [InlineData("{{ d.z.y }}", "test, line 1, column 7: 'dict object' has no attribute 'z'.")]
    [InlineData("{{ l[7].y }}", "test, line 1, column 8: list object has no element 7.")]
    [InlineData(
        "{% if x %}\n\n",
        "test, line 1, column 1: expected 'elif' or 'else' or 'endif' to close 'if' and found the end of the template.")]
    [InlineData("\n  {{ 1 + }}", "test, line 2, column 10: expected an expression and found '}}'.")]
    [InlineData("{{ x|nosuch }}", "test, line 1, column 6: there is no filter named 'nosuch'.")]
    [InlineData("{{ x is nosuch }}", "test, line 1, column 9: there is no test named 'nosuch'.")]
    [InlineData("{{ nosuch(1) }}", "test, line 1, column 10: 'nosuch' is undefined.")]
    [InlineData("{% include 'a' %}", "test, line 1, column 4: the tag 'include' is not available in chat templates.")]
    [InlineData("{% nosuch %}", "test, line 1, column 4: found the unknown tag 'nosuch'.")]
    [InlineData("{% endfor %}", "test, line 1, column 4: expected no open block and found 'endfor'.")]
    [InlineData(
        "{% for i in l %}{% endif %}", "test, line 1, column 20: expected 'else' or 'endfor' for 'for' and found 'endif'.")]
    [InlineData("{{ raise_exception('no system role') }}", "test, line 1, column 19: the template raised: no system role.")]
    [InlineData("{{ raise_exception('Why?') }}", "test, line 1, column 19: the template raised: Why?")]
    [InlineData("{{ 'a' + 1 }}", "test, line 1, column 8: unsupported operand type(s) for +: 'str' and 'int'.")]
    [InlineData(
        "{{ l.append(1) }}",
        "test, line 1, column 12: access to attribute 'append' of 'list' object is unsafe: a template may not change its "
        + "values.")]
    [InlineData(
        "{{ ''.__class__.__mro__ }}", "test, line 1, column 16: access to attribute '__class__' of 'str' object is unsafe.")]
    [InlineData("{{ l|random }}", "test, line 1, column 6: there is no filter named 'random'.")]
    [InlineData("{{ (1 }}", "test, line 1, column 7: expected ')' and found '}'.")]
    [InlineData("{{ 'abc }}", "test, line 1, column 4: expected ' to close the text and found the end of the template.")]
    [InlineData("{# x", "test, line 1, column 1: expected '#}' to close the comment and found the end of the template.")]
    [InlineData("{{ 1 $ 2 }}", "test, line 1, column 6: found the unexpected character '$'.")]
    [InlineData(
        "{% set d.x = 1 %}", "test, line 1, column 8: cannot assign attribute 'x' of 'd': expected a namespace and found dict.")]
    [InlineData("{% break %}", "test, line 1, column 4: 'break' is used outside of a loop.")]
    [InlineData(
        "{% for i in [1] %}\r\n{{ i.x.y }}\r\n{% endfor %}", "test, line 2, column 7: 'int object' has no attribute 'x'.")]
    public void AnErrorNamesThePlaceAndTheReason(string template, string expected) =>
        Assert.Equal(expected, Templates.Fails(template, """{"d": {}, "l": [1]}""").Message);

    [Fact]
    public void AnItemOfTheEmptyListHasUndefinedAttributes()
    {
        // Hugging Face's JavaScript implementation renders real templates without messages; Jinja2 itself raises here.
        Assert.Equal("False", Templates.Render("{{ messages[0].role == 'system' }}", """{"messages": []}"""));
        Templates.Fails("{{ messages[1].role }}", """{"messages": [{}]}""");
    }
}
