namespace Innate.Bench;

/// <summary>Templates at random: valid for the most part, with lengths, counts and numbers at and beyond every limit.</summary>
internal sealed class JinjaGrammar(Random random)
{
    private static readonly string[] Filters =
    [
        "abs", "attr", "batch", "capitalize", "center", "count", "default", "dictsort", "e", "first", "float", "format",
        "groupby", "indent", "int", "items", "join", "last", "list", "lower", "map", "max", "min", "pprint", "reject",
        "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice", "sort", "string", "striptags",
        "sum", "title", "tojson", "trim",
        "truncate", "unique", "upper", "urlencode", "wordcount", "wordwrap",
    ];

    private static readonly string[] Methods =
    [
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "upper", "lower", "casefold",
        "title", "capitalize", "swapcase", "replace", "find", "rfind", "index", "rindex", "count", "join", "format", "isdigit",
        "isalpha", "isspace", "islower", "isupper", "isascii", "removeprefix", "removesuffix", "zfill", "ljust", "rjust",
        "center", "partition", "rpartition", "get", "items", "keys", "values", "copy",
    ];

    private static readonly string[] Tests =
    [
        "defined", "undefined", "none", "string", "mapping", "sequence", "iterable", "number", "even", "odd", "lower", "upper",
        "eq", "ne", "gt", "in", "sameas", "divisibleby", "filter", "test", "callable",
    ];

    private static readonly string[] Operators =
        ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"];

    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "7", "16", "100", "1000", "4300", "65536", "100000", "1000000", "4000000", "16777216", "2147483647",
        "2147483648", "9223372036854775807", "9223372036854775808", "1e308", "5e-324", "0.1", "2.5", "-1", "-2", "-2147483649",
        "(-9223372036854775807-1)", "9**4000", "10**400", "2**62", "(-2)",
    ];

    private static readonly string[] Words =
    [
        "a", "b", "ab", " ", "", "\\n", "a ", "0.", "0", ",", "<", "<!--", "-->", "<a>", "Σ", "ß", "İ", "😀",
        "\\ud83d", "\\x01", "%", "%s", "%.*f", "%*d", "{}", "{:>9}", "{:,}", "{:b}", "%5.3f",
        "{0[0]}", "%a", "-", "2", "x:y", "aaaa", "\\u0301",
    ];

    /// <summary>A new template, or a kept one with a piece changed.</summary>
    public string Next(IReadOnlyList<string> kept)
    {
        if (kept.Count > 0 && random.Next(4) == 0) return Mutate(kept[random.Next(kept.Count)], kept);
        // The names that pieces speak of, so that most templates come further than their first name.
        string template = "{% set v = l %}{% set w = s %}{% set ns = namespace(x=2) %}"
            + "{% macro q(a=1, b=2) %}{{ a }}{% endmacro %}";
        for (int i = random.Next(1, 4); i > 0; i--) template += Statement(3);
        return template;
    }

    private string Mutate(string template, IReadOnlyList<string> kept)
    {
        string other = kept[random.Next(kept.Count)];
        int at = random.Next(template.Length + 1), end = Math.Min(template.Length, at + random.Next(12));
        string piece = random.Next(4) switch
        {
            0 => Expression(2),
            1 => Pick(Numbers),
            2 when other.Length > 0 => other[random.Next(other.Length)..] is var tail ? tail[..Math.Min(tail.Length, 20)] : "",
            _ => $"|{Pick(Filters)}",
        };
        string mutated = template[..at] + piece + template[end..];
        return mutated.Length > 20_000 ? mutated[..20_000] : mutated;
    }

    private string Statement(int depth)
    {
        if (depth == 0) return $"{{{{ {Expression(3)} }}}}";
        switch (random.Next(12))
        {
            case 0: return $"{{% for i in {Expression(2)} %}}{Statement(depth - 1)}{{% endfor %}}";
            case 1: return $"{{% if {Expression(2)} %}}{Statement(depth - 1)}{{% else %}}{Statement(depth - 1)}{{% endif %}}";
            case 2: return $"{{% set v = {Expression(3)} %}}{Statement(depth - 1)}";
            case 3:
                return $"{{% set ns = namespace(x={Expression(1)}) %}}"
                    + $"{{% for i in range({Pick("9", "60", "1000", "100000")}) %}}{{% set ns.x = {Pick(Grow)} %}}{{% endfor %}}"
                    + $"{{{{ {Expression(2, "ns.x")} }}}}";
            case 4:
                return $"{{% macro q(a, b={Expression(1)}) %}}{Statement(depth - 1)}{{% endmacro %}}"
                    + $"{{{{ q({Expression(2)}) }}}}";
            case 5: return $"{{% filter {Pick(Filters)} %}}{Statement(depth - 1)}{{% endfilter %}}";
            case 6: return $"{{% call q({Expression(1)}) %}}{Statement(depth - 1)}{{% endcall %}}";
            case 7: return $"{{% with w = {Expression(2)} %}}{Statement(depth - 1)}{{% endwith %}}";
            case 8: return $"{{% for a, b in {Expression(2)} recursive %}}{{{{ loop({Expression(1)}) }}}}{{% endfor %}}";
            default: return $"{{{{ {Expression(4)} }}}}";
        }
    }

    private static readonly string[] Grow =
    [
        "ns.x + ns.x", "ns.x ~ ns.x", "[ns.x]", "[ns.x, ns.x]", "(ns.x, ns.x)", "{1: ns.x, 'a': ns.x}", "ns.x * 2", "ns.x + i",
        "ns.x ** 2", "ns.x|list", "ns.x|string", "ns.x|tojson", "ns.x|upper", "-ns.x", "(ns.x, i)", "ns.x * i",
    ];

    private string Expression(int depth, string? seed = null)
    {
        string value = seed ?? Atom(depth);
        for (int i = random.Next(depth + 1); i > 0; i--) value = Wrap(value, depth - 1);
        return value;
    }

    private string Wrap(string value, int depth)
    {
        string Inner() => depth <= 0 ? Atom(0) : Expression(depth - 1);
        switch (random.Next(12))
        {
            case 0 or 1 or 2: return $"({value})|{Pick(Filters)}{Arguments(Inner)}";
            case 3 or 4: return $"({value}).{Pick(Methods)}({Inner()}{(random.Next(2) == 0 ? "" : ", " + Inner())})";
            case 5: return $"({value}) {Pick(Operators)} ({Inner()})";
            case 6: return $"({Inner()}) {Pick(Operators)} ({value})";
            case 7: return $"({value})[{Inner()}:{Inner()}:{Pick("", "-1", "2")}]";
            case 8: return $"({value}) * {Number()}";
            case 9: return $"({value})|map('{Pick(Filters)}', {Inner()}, {Inner()})|list";
            case 10: return $"({value}) is {Pick(Tests)}({Inner()})";
            default:
                return Pick(
                    $"[{value}]", $"({value}, {Inner()})", $"{{{value}: {Inner()}}}", $"dict(({value})|batch(2))",
                    $"({value})|map(attribute='{Pick(Words)}')|list", $"({value})|sort(attribute='{Pick(Words)}')",
                    $"({value})|tojson(indent={Pick(Numbers)})", $"({value}).format({Inner()})", $"({value}) % ({Inner()})",
                    $"-({value})", $"({value})[0]", $"({value}).a");
        }
    }

    private string Arguments(Func<string> inner) => random.Next(4) switch
    {
        0 => "",
        1 => $"({inner()}, {inner()})",
        2 => $"({inner()}, {inner()}, {inner()})",
        _ => $"({inner()})",
    };

    private string Atom(int depth) => random.Next(depth > 0 ? 12 : 8) switch
    {
        0 => Pick("n", "x", "s", "l", "d", "m", "v", "w", "ns.x", "none", "true", "q", "missing"),
        1 or 2 => Number(),
        3 or 4 => $"'{Pick(Words)}'",
        5 => $"('{Pick(Words)}' * {Number()})",
        6 => $"range({Pick("3", "1000", "100000")})",
        7 => Pick("[]", "{}", "()", "(1,)", "[0]", "namespace()", "[[]]", "['a', 'b']"),
        8 => $"(['{Pick(Words)}' * {Number()}] * {Number()})",
        9 => $"([{Pick("[]", "1", "1.5", "(1, 2)", "{}", "'a'", "9**4000")}] * {Number()})",
        10 => $"(('{Pick(Words)}' * {Number()}) ~ '{Pick(Words)}' ~ ('{Pick(Words)}' * {Number()}))",
        _ => $"(({Pick("'a'", "1", "none", "s")},) * {Number()})",
    };

    /// <summary>A small number as a rule: one beyond a limit ends the template where it stands.</summary>
    private string Number() => random.Next(4) == 0 ? Pick(Numbers) : Pick("0", "1", "2", "3", "7", "16", "100", "-1", "2.5");

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
