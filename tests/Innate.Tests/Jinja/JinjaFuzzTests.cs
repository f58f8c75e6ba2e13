using System.Text.Json;
using FsCheck.Fluent;
using FsCheck;
using Innate.Bench;
using Innate.Jinja;
using Innate.Tests.Support;

namespace Innate.Tests.Jinja;

/// <summary>Whatever a template holds, it renders or is refused with an <see cref="JinjaException"/>.</summary>
public class JinjaFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "+%}", " ", "\n", "  ", "x", "n", "l", "s", "d",
        "'a'", "\"b", "'", "1", "2.5",
        "1e400", "0x", "99999999999999999999", "+", "-", "*", "/", "//", "%", "**", "~", "(", ")", "[", "]", "{", "}",
        ",", ":", ".", "|", "=", "==", "<",
        "if", "elif", "else", "endif", "for", "in", "endfor", "set", "endset", "macro m(a, b=1)", "endmacro", "call",
        "endcall", "raw", "endraw",
        "filter", "endfilter", "with", "endwith", "generation", "endgeneration", "break", "continue", "not", "and", "or",
        "is", "defined", "none",
        "true", "loop", "loop.index", "namespace(a=1)", "range(9)", "m(1)", "caller()", "upper", "join(',')",
        "map('upper')", "sort", "tojson",
        "tojson(indent=2)", "length", "first", "batch(2)", "slice(3)", "groupby('a')", "truncate(5)", "round(2)", "int",
        "format(1)", "wordwrap(3)",
        "items()", "split('a')", "strip()", "format(1, a=2)", "replace('a', 'b')", "raise_exception('x')",
        "strftime_now('%Y')", "\ud83d", "😀", "é", "\\", "\0",
        "{% for i in l %}", "{% filter upper", "{% set x | upper", "is defined %}", "{% if n %}", "{{ s", "{% set x = ",
        "recursive", "endmacro %}", "*", "**d", "*l", "l[", "s[::-1]", "urlencode", "dictsort",
    ];

    private static void RendersOrRefuses(string template)
    {
        try
        {
            Templates.Render(
                template, """{"n": 7, "l": [3, "a", null, [1, {"k": 2}]], "s": "aé😀 b", "d": {"a": 1, "b": [1]}, "x": -2.5}""");
        }
        catch (JinjaException e)
        {
            Assert.StartsWith("test, line ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnyTextRendersOrIsRefused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<string>(text => RendersOrRefuses(text ?? "")));

    [Fact]
    public void AnySequenceOfPiecesRendersOrIsRefused()
    {
        Gen<string> piece = Gen.Elements(Pieces);
        Arbitrary<string[]> many = Arb.From(piece.ArrayOf().Resize(40));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(4000), Prop.ForAll(many, parts => RendersOrRefuses(string.Join(' ', parts))));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(4000),
            Prop.ForAll(many, parts => RendersOrRefuses("{{ " + string.Join(' ', parts) + " }}")));
    }

    [Fact]
    public void AnyFilterOfAnythingRendersOrIsRefused()
    {
        string[] values =
        [
            "n", "l", "s", "d", "x", "none", "missing", "[]", "''", "(1, 2)", "range(3)", "namespace()",
            "l|map('string')", "d.items()", "9**99", "1e300", "true", "loop", "range", "-1", "0",
        ];
        string[] filters =
        [
            "abs", "attr", "batch", "capitalize", "center", "count", "default", "dictsort", "e", "first", "float",
            "format", "groupby", "indent", "int",
            "items", "join", "last", "list", "lower", "map", "max", "min", "pprint", "reject", "rejectattr", "replace",
            "reverse", "round", "safe",
            "select", "selectattr", "slice", "sort", "string", "striptags", "sum", "title", "tojson", "trim", "truncate",
            "unique", "upper",
            "urlencode", "wordcount", "wordwrap",
        ];
        string[] methods =
        [
            "strip", "split", "rsplit", "splitlines", "startswith", "endswith", "title", "replace", "find", "rfind",
            "index", "count", "join", "format",
            "isdigit", "removeprefix", "removesuffix", "zfill", "ljust", "center", "partition", "rpartition", "get",
            "items", "keys", "values", "copy",
        ];
        string[] operators =
        [
            "+", "-", "*", "/", "//", "%", "**", "~", "<", "==", "in", "and", "is divisibleby", "is in", "is sameas",
            "is eq", "is gt",
        ];
        foreach (string filter in filters) Assert.NotNull(Filters.Find(filter));
        foreach (string a in values)
        {
            foreach (string b in values)
            {
                foreach (string op in operators) RendersOrRefuses($"{{{{ ({a}) {op} ({b}) }}}}");
                RendersOrRefuses($"{{{{ ({a})[{b}] }}}}{{{{ ({a})[{b}:] }}}}");
                RendersOrRefuses($"{{{{ ({a})[:{b}:{b}] }}}}");
                foreach (string filter in filters) RendersOrRefuses($"{{{{ ({a})|{filter}({b})|list }}}}");
            }

            foreach (string filter in filters)
            {
                RendersOrRefuses($"{{{{ ({a})|{filter} }}}}");
                RendersOrRefuses($"{{{{ ({a})|{filter}({a}, {a}) }}}}");
                RendersOrRefuses($"{{{{ l|map('{filter}', {a})|list }}}}");
            }

            foreach (string method in methods)
            {
                foreach (string owner in (string[])["s", "d", "l", "''"])
                {
                    RendersOrRefuses($"{{{{ {owner}.{method}({a}) }}}}");
                    RendersOrRefuses($"{{{{ {owner}.{method}({a}, {a}) }}}}");
                    RendersOrRefuses($"{{{{ {owner}.{method}({a}, {a}, {a}) }}}}");
                }
            }

            foreach (string format in (string[])["%d", "%s", "%5.2f", "%x", "%c", "%e", "%g", "%r", "%*d", "%(a)s", "%", "%5",
                "%.", "%("])
            {
                RendersOrRefuses($"{{{{ '{format}' % ({a}) }}}}");
            }

            foreach (string format in (string[])["{}", "{:d}", "{:>5}", "{:,}", "{:.2f}", "{:x}", "{:c}", "{0[a]}", "{0.a}",
                "{0[", "{!r}", "{:%}", "{:\ud83d<5}", "{:e}"])
            {
                RendersOrRefuses($"{{{{ '{format}'.format({a}) }}}}");
            }
        }
    }

    [Fact]
    public void ATemplateThatAsksForTooMuchRendersOrIsRefused()
    {
        var grammar = new JinjaGrammar(new Random(20));
        string[] kept = [];
        for (int i = 0; i < 150; i++)
        {
            string template = grammar.Next(kept);
            RendersOrRefuses(template);
            kept = [.. kept.TakeLast(9), template];
        }
    }

    [Fact]
    public void AMutatedTemplateRendersOrIsRefused()
    {
        JsonElement cases = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Places.Fixtures, "jinja", "cases.json"))).RootElement;
        string[] sources = [.. cases.GetProperty("chats").EnumerateArray().Concat(
            cases.GetProperty("statements").EnumerateArray())
            .Select(c => c.GetProperty("template").GetString()!)];
        Gen<(int, int, int, string)> mutation = from source in Gen.Choose(0, sources.Length - 1)
                                                from position in Gen.Choose(0, 10_000)
                                                from length in Gen.Choose(0, 12)
                                                from piece in Gen.Elements(Pieces)
                                                select (source, position, length, piece);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Arb.From(mutation), m =>
        {
            (int source, int position, int length, string piece) = m;
            string text = sources[source];
            int at = position % (text.Length + 1), end = Math.Min(text.Length, at + length);
            RendersOrRefuses(text[..at] + piece + text[end..]);
        }));
    }

    [Fact]
    public void TextWithoutTagsIsLeftAsItIs() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll<string>(value =>
        {
            string text = (value ?? "").Replace("{", "(").Replace("\r", "");
            Assert.Equal(text.EndsWith('\n') ? text[..^1] : text, Templates.Render(text));
        }));

    [Fact]
    public void MinusSignsRemoveExactlyTheWhiteSpaceAroundATag()
    {
        Gen<string> space = Gen.Elements(" ", "\n", "\t", "a", "b").ArrayOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Arb.From(space), Arb.From(space), (before, after) =>
        {
            Assert.Equal(
                before.TrimEnd() + "|" + after.TrimStart(),
                Templates.Render(before + "{{- '|' -}}" + after + "\n").TrimEnd('\n') + Ending(after));
            Assert.Equal(
                before.TrimEnd() + after.TrimStart(), Templates.Render(before + "{%- set q = 1 -%}" + after + "{{ '' }}"));
            Assert.Equal(before + after, Templates.Render(before + "{%+ set q = 1 +%}" + after + "{{ '' }}"));
            Assert.Equal(before + "|" + after, Templates.Render(before + "{{ '|' }}" + after + "{{ '' }}"));
        }));

        static string Ending(string after)
        {
            string kept = after.TrimStart();
            return kept[kept.TrimEnd('\n').Length..];
        }
    }

    [Fact]
    public void EveryFloatPrintsWithTheDigitsThatReadBack() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<double>(d =>
        {
            string text = Numbers.Repr(null, d);
            if (double.IsFinite(d)) Assert.Equal(d, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        }));

    [Fact]
    public void IntegerArithmeticFollowsPython() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<long, long>((a, b) =>
        {
            string text = Templates.Render(
                "{{ a + b }} {{ a - b }} {{ a * b }}{% if b %} {{ (a // b) * b + a % b == a and (a % b == 0 or (a % b < 0) == "
                + "(b < 0)) }}{% endif %}",
                $$"""{"a": {{a}}, "b": {{b}}}""");
            var (x, y) = ((System.Numerics.BigInteger)a, (System.Numerics.BigInteger)b);
            Assert.Equal($"{x + y} {x - y} {x * y}{(b == 0 ? "" : " True")}", text);
        }));
}
