using Innate.Text.Tokenization.Patterns;

namespace Innate.Tests.Text.Tokenization;

public sealed class RegexPatternTests
{
    [Theory]
    [InlineData("a|ab", "abab", "a|a")]
    [InlineData("(?:a|ab)c", "abcac", "abc|ac")]
    [InlineData("a*?b", "aab", "aab")]
    [InlineData("a{2,3}", "aaaaa", "aaa|aa")]
    [InlineData("a{2}", "aaaaa", "aa|aa")]
    [InlineData("a{,2}b", "aaab", "aab")]
    [InlineData("x{a}", "x{a}", "x{a}")]
    [InlineData("a++a|b", "aab", "b")]
    [InlineData("(?>a|ab)c|z", "abcz", "z")]
    [InlineData("a(?=b)", "abac", "a")]
    [InlineData("a(?!b)", "abac", "a")]
    [InlineData("(?<=a)b", "abcb", "b")]
    [InlineData("(?<!a)b", "abcb", "b")]
    [InlineData("(?<=𝒳)b", "𝒳bb", "b")]
    [InlineData(".+(?=\\P{L})", "a😀", "a")]
    [InlineData("[a-c&&[^b]]+", "abca", "a|ca")]
    [InlineData("[^\\s]+", "a b\u00A0c\u200Bd", "a|b|c\u200Bd")]
    [InlineData("[\\p{L}--]+", "a-b", "a-b")]
    [InlineData("[]a]+", "a]b", "a]")]
    [InlineData("\\p{Lu}\\p{Ll}+", "Abc Ǆa ÉtÉ", "Abc|Ǆa|Ét")]
    [InlineData("\\p{L}+", "𝒳a𠀀 1", "𝒳a𠀀")]
    [InlineData("\\P{L}+", "a😀1b", "😀1")]
    [InlineData("\\p{^L}+", "a😀1b", "😀1")]
    [InlineData("[^a]", "😀a", "😀")]
    [InlineData("\\p{Han}+", "中文abc漢", "中文|漢")]
    [InlineData("(?i:ab)c", "ABc abC", "ABc")]
    [InlineData("(?i)k|ß", "Kk\u212A", "K|k|\u212A")]
    [InlineData("(?i:s)", "sSſ", "s|S|ſ")]
    [InlineData("a(?i)b|c", "aB C c", "aB|C|c")]
    [InlineData("\\x41\\u0042\\x{1F600}", "AB😀", "AB😀")]
    [InlineData("^b|a$", "b\nb a\na", "b|b|a|a")]
    [InlineData("\\Ab|b\\z", "b b b", "b|b")]
    [InlineData("\\bfoo\\b", "foo foobar foo", "foo|foo")]
    [InlineData("\\w+", "naïve_1 x\u0301-②Ⓐ", "naïve_1|x\u0301|Ⓐ")]
    [InlineData("\\d+", "12٣²", "12٣")]
    [InlineData("\\h+", "xbeefy", "beef")]
    [InlineData(".+", "ab\ncd", "ab|cd")]
    [InlineData("(a*)*b", "aab", "aab")]
    [InlineData("(?:a?){3}b", "aab", "aab")]
    [InlineData("(?:ab){2,}", "ababab", "ababab")]
    [InlineData("a*", "baac", "|aa|")]
    [InlineData("\\s+(?!\\S)|\\s+", "a   b  ", "  | |  ")]
    public void Matches_are_those_of_the_reference_engines(string expression, string text, string expected)
    {
        var matches = new List<(int Start, int End)>();
        new RegexPattern(expression, "pattern").FindAll(text, matches);
        Assert.Equal(expected, string.Join('|', matches.Select(m => text[m.Start..m.End])));
    }

    [Theory]
    [InlineData("(a", "an unclosed group")]
    [InlineData("a)", "an unmatched ')'")]
    [InlineData("[a", "an unexpected end")]
    [InlineData("*a", "a repetition of nothing")]
    [InlineData("(a)\\1", "the escape '\\1'")]
    [InlineData("\\p{Nonsense}", "the property 'Nonsense'")]
    [InlineData("(?<=a+)b", "a look-behind of varying length")]
    [InlineData("(?P<n>a)", "an unknown group")]
    [InlineData("[[:alpha:]]", "a bracket class")]
    [InlineData("a{3,2}", "a repetition whose counts are reversed")]
    [InlineData("a{5000}", "a repetition count above 1000")]
    [InlineData("[b-a]", "a reversed range")]
    [InlineData("\\x{110000}", "beyond U+10FFFF")]
    [InlineData("(?:(?:(?:a|b){900}){900}){900}", "is too large")]
    public void What_is_not_supported_is_refused_by_name(string expression, string reason)
    {
        InputException e = Assert.Throws<InputException>(() => new RegexPattern(expression, "file: pattern.Regex"));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains("file: pattern.Regex", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_backtracking_is_refused_rather_than_waited_for()
    {
        var pattern = new RegexPattern("(?:a|a)*(?:a|a)*b", "pattern");
        InputException e = Assert.Throws<InputException>(() => pattern.FindAll(new string('a', 5000), []));
        Assert.Contains("backtracks without end", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_and_long_text_needs_no_stack()
    {
        string nested = string.Concat(Enumerable.Repeat("(?:", 50_000)) + "a";
        Assert.Throws<InputException>(() => new RegexPattern(nested, "pattern"));
        var matches = new List<(int, int)>();
        new RegexPattern("(?:ab|c)*", "pattern").FindAll(string.Concat(Enumerable.Repeat("abc", 100_000)), matches);
        Assert.Contains((0, 300_000), matches);
    }
}
