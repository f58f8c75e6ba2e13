namespace Innate.Tests.Jinja;

/// <summary>Capitals, small letters and what is printed beyond ASCII are Python's.</summary>
public class JinjaLettersTests
{
    [Theory]
    [InlineData("'maße'|upper", "MASSE")]
    [InlineData("'ﬂoß'|capitalize", "Floß")]
    [InlineData("'ﬂoß'.title()", "Floß")]
    [InlineData("'ﬂoß (ﬂoß'|title", "FLoß (FLoß")]
    [InlineData("'ΣΟΦΟΣ ΣΟΦΟΣ.'.lower()", "σοφος σοφος.")]
    [InlineData("'Σ'|lower ~ 'ΑΣ’Α'|lower", "σασ’α")]
    [InlineData("'İZMİR'|lower|length", "7")]
    [InlineData("'ǆepovi'.title() ~ 'ǆepovi'.upper()", "ǅepoviǄEPOVI")]
    [InlineData("'ß1a İ ǅ'.swapcase()", "SS1A i\u0307 ǅ")]
    [InlineData("'Straße ς ẞ Ꭰ ꭰ ı'.casefold()", "strasse σ ss Ꭰ Ꭰ ı")]
    [InlineData("'3rd don\\'t 中a'.title()", "3Rd Don'T 中A")]
    [InlineData("'𐐨x'.title() ~ '𐐀'|lower", "𐐀x𐐨")]
    [InlineData("'ქართული'.title()", "ქართული")]
    [InlineData("'ǅ ᾈ'.title() ~ 'ſı'.upper() ~ 'ſ'.casefold()", "ǅ ᾈSIs")]
    [InlineData("'\\ud83d ß'|upper == '\\ud83d SS'", "True")]
    [InlineData("'ª' is lower ~ 'Ⅷ' is upper ~ '1' is upper ~ 'ǅ' is upper", "TrueTrueFalseFalse")]
    [InlineData("['ß', 'SS', 'ss']|unique|join(',')", "ß,SS")]
    [InlineData("'%a %a' % ('é😀', '\\u2028')", "'\\xe9\\U0001f600' '\\u2028'")]
    [InlineData("'{!a}'.format('ü')", "'\\xfc'")]
    [InlineData("'\\x7fé'|tojson(ensure_ascii=true)", "\"\\u007f\\u00e9\"")]
    [InlineData("'\\x7fé'|tojson", "\"\x7fé\"")]
    public void Expressions(string expression, string expected) =>
        Assert.Equal(expected, Templates.Render("{{ " + expression.Replace(" ~ ", " ) ~ ( ").Insert(0, "( ") + " ) }}"));

    [Fact]
    public void ABlockIsItsBodyInAScopeOfItsOwn() => Assert.Equal(
        "a1b1", Templates.Render("{% set x = 1 %}{% block part scoped %}a{{ x }}{% set x = 2 %}{% endblock part %}b{{ x }}"));

    [Theory]
    [InlineData("'<a><b>x</b> <!-- <i> -->y'|striptags", "x y")]
    [InlineData("'<!-->x--> < y'|striptags", "x--> < y")]
    [InlineData("'<!<!-- -->-- x -->z'|striptags", "z")]
    [InlineData("'a bb ccc dddddd'|wordwrap(4)", "a bb\nccc\ndddd\ndd")]
    [InlineData("'aaa bbbbb'|wordwrap(4, false)", "aaa\nbbbbb")]
    [InlineData("'  a  b'|wordwrap(3)", "  a\nb")]
    [InlineData("('ab' * 20 ~ 'x' ~ 'ab' * 20).split('ab' * 17)|length", "3")]
    [InlineData("('ab' * 20 ~ 'x' ~ 'ab' * 20).rsplit('ab' * 17, 1)[1]", "")]
    [InlineData("'aé😀\\ude00b'|reverse == 'b\\ude00😀éa'", "True")]
    [InlineData("('ab' * 20 ~ 'x').replace('ab' * 18, 'y')", "yababx")]
    public void TextsAreCutAsPythonCutsThem(string expression, string expected) =>
        Assert.Equal(expected, Templates.Render("{{ " + expression + " }}"));
}
