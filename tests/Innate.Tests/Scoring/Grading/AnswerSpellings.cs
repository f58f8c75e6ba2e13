using System.Globalization;
using System.Numerics;

namespace Innate.Tests.Scoring.Grading;

/// <summary>An answer's text and the kind of spelling it has.</summary>
internal sealed record Spelling(string Kind, string Text);

/// <summary>
/// Answers in random spellings, from one seed. What a spelling is worth is known because it was made from the value, by other
/// means
/// than those that read it.
/// </summary>
internal sealed class AnswerSpellings(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>One value spelled twice.</summary>
    public (Spelling, Spelling) EqualPair() => _random.Next(10) switch
    {
        < 6 => Number() is var (n, d) ? (Spell(n, d), Spell(n, d)) : default,
        6 => Root(_random.Next(2, 12), SquareFree()) is { } roots ? (Pick(roots), Pick(roots)) : default,
        7 => Algebra(_random.Next(-9, 10), _random.Next(-9, 10)) is { } forms ? (Pick(forms), Pick(forms)) : default,
        8 => Together(Numbers(_random.Next(2, 4))),
        _ => Numbers(4).ToArray() is var cells ? (Matrix(cells), Matrix(cells)) : default,
    };

    /// <summary>Two values, near each other or of one set of digits, each spelled in its own way.</summary>
    public (Spelling, Spelling) UnequalPair()
    {
        switch (_random.Next(10))
        {
            case < 6:
                (BigInteger n, BigInteger d) = Number();
                (BigInteger m, BigInteger e) = Near(n, d);
                return (Spell(n, d), Spell(m, e));
            case 6:
                int a = _random.Next(2, 12), b = SquareFree();
                return (Pick(Root(a, b)), _random.Next(3) == 0 ? Spell(a * b, 1) : Pick(Root(a + _random.Next(1, 4), b)));
            case 7:
                int p = _random.Next(-9, 10), q = _random.Next(-9, 10);
                return (Pick(Algebra(p, q)), Pick(Algebra(p, q + _random.Next(1, 5) + (p == q ? 0 : 20))));
            case 8:
                List<(BigInteger, BigInteger)> all = Numbers(3), other = [.. all];
                int at = _random.Next(3);
                other[at] = Near(other[at].Item1, other[at].Item2);
                return (Tuple(all), Tuple(other));
            default:
                (BigInteger, BigInteger)[] cells = [.. Numbers(4)], swapped = [cells[1], cells[0], cells[2], cells[3]];
                return cells[0] == cells[1]
                    ? UnequalPair()
                    : (Matrix(cells), _random.Next(2) == 0 ? Matrix(swapped)
                        : new Spelling("row", string.Join(' ', cells.Select(Plain))));
        }
    }

    /// <summary>Text of pieces that a reader may stumble over.</summary>
    public string Noise()
    {
        string[] pieces = [@"\frac", "{", "}", "(", ")", "[", "]", @"\{", @"\}", @"\\", "&", @"\begin{pmatrix}",
            @"\end{pmatrix}", "^", "_", "!",
            "1", "23", ".5", "1,234", "e9", "x", "and", "answer is", "答案是", "三百", "分之", "万", "负", "%", "$", "=", "<", @"\le",
                "+", "-", "\u2212",
            "*", "**", "/", @"\sqrt", "√", "½", "²", @"\pm", ":", ",", "，", "、", ".", "。", " ", "\n", "<think>", "</think>",
                "<answer>", "</answer>",
            @"\boxed{", @"\text{", " cm", "°", @"\infty", @"\cup", @"\sin", "9^9^9", "\ud800", "é", "😀", "\0", @"\", "####",
                "i", @"\overline"];
        return string.Concat(Enumerable.Range(0, _random.Next(1, 60)).Select(_ => pieces[_random.Next(pieces.Length)]));
    }

    private (BigInteger Top, BigInteger Bottom) Number() => _random.Next(7) switch
    {
        0 => (_random.Next(-20, 21), 1),
        1 => (_random.Next(-99999, 9999999), 1),
        2 => Lowest(_random.Next(-9999, 10000), 100),
        3 => Lowest(_random.Next(1, 300), _random.Next(2, 30)),
        4 => Lowest(-_random.Next(1, 300), _random.Next(2, 30)),
        5 => (BigInteger.Pow(_random.Next(2, 12), _random.Next(2, 9)), 1),
        _ => Lowest(_random.Next(1, 999), BigInteger.Pow(10, _random.Next(1, 6))),
    };

    private List<(BigInteger, BigInteger)> Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => Number())];

    // What a careless reader takes for the same: another sign, a digit less, top and bottom joined, ten times as much.
    private (BigInteger Top, BigInteger Bottom) Near(BigInteger n, BigInteger d)
    {
        (BigInteger m, BigInteger e) = _random.Next(9) switch
        {
            0 => (n + d, d),
            1 => (-n, d),
            2 => (n * 10, d),
            3 => (n, d * 10),
            4 => (BigInteger.Parse($"{BigInteger.Abs(n)}{d}", CultureInfo.InvariantCulture), 1),
            5 => (n, 1),
            6 => (d, 1),
            7 => (n / 10, d),
            _ => (n + 1, d),
        };
        (m, e) = Lowest(m, e);
        BigInteger x = n * e, y = m * d;
        return x == y || x == 100 * y || y == 100 * x ? Near(n + 1, d) is var other
            && other == (n, d) ? (n + (3 * d), d) : Other(n, d) : (m, e);
    }

    private static (BigInteger, BigInteger) Other(BigInteger n, BigInteger d) =>
        n.IsZero ? (1, 1) : (n + (7 * d) is var m && m == 100 * n ? m + d : m, d);

    private Spelling Spell(BigInteger n, BigInteger d)
    {
        List<Spelling> all = [new("fraction", $"{n}/{d}"), new("latex", Frac(n, d)),
            new("latex", Frac(n * 3, d * 3).Replace("frac", "dfrac", StringComparison.Ordinal))];
        BigInteger size = BigInteger.Abs(n);
        string sign = n.Sign < 0 ? "-" : "";
        if (d.IsOne)
        {
            string grouped = size.ToString("N0", CultureInfo.InvariantCulture);
            all.AddRange([new("integer", $"{n}"), new("thousands", sign + grouped),
                new("thousands", sign + grouped.Replace(",", "{,}", StringComparison.Ordinal)),
                new("full-width", FullWidth($"{n}")), new("minus", $"{n}".Replace('-', '\u2212')), new("brackets", $"({n})")]);
            if (size < 100000000) all.Add(new("Chinese", Chinese(n)));
            for (int b = 2; b < 12; b++)
            {
                for (int k = 2; k < 9 && n.Sign > 0; k++)
                {
                    if (BigInteger.Pow(b, k) == n) all.AddRange([new("power", $"{b}^{{{k}}}"), new("power", $"{b}^{k}")]);
                }
            }

            if (n.Sign > 0 && n < 10000) all.Add(new("root", $@"\sqrt{{{n * n}}}"));
        }
        else if (size > d)
        {
            all.AddRange([new("mixed", $"{sign}{size / d} {size % d}/{d}"),
                new("mixed", $@"{sign}{size / d}\frac{{{size % d}}}{{{d}}}")]);
        }

        if (d < 10000 && size < 10000 && !d.IsOne) all.Add(new("Chinese",
            $"{(n.Sign < 0 ? "负" : "")}{Chinese(d)}分之{Chinese(size)}"));
        if (Decimal(n, d) is { } text)
        {
            all.AddRange([new("decimal", text), new("unit", $"{text} cm"), new("unit", $@"{text}\text{{ apples}}"),
                new("currency", $"${text}"),
                new("equation", $"x = {text}")]);
            if (Decimal(n * 100, d) is { } percent) all.AddRange([new("percent", $"{percent}%"),
                new("percent", $@"{percent}\%")]);
            int k = _random.Next(-3, 6);
            if (Decimal(k < 0 ? n * BigInteger.Pow(10, -k) : n, k < 0 ? d : d * BigInteger.Pow(10, k)) is { } scaled)
            {
                all.AddRange([new("scientific", $@"{scaled} \times 10^{{{k}}}"), new("scientific", $"{scaled}e{k}")]);
            }
        }

        return Pick(all);
    }

    private static List<Spelling> Root(int a, int b) =>
    [
        new("root", $@"{a}\sqrt{{{b}}}"), new("root", $@"\sqrt{{{a * a * b}}}"),
            new("root", $@"\frac{{{a * b}}}{{\sqrt{{{b}}}}}"), new("root", $"{a}√{b}"),
        new("root", $@"\frac{{{2 * a}\sqrt{{{b}}}}}{{2}}"), new("root", $"{a}*sqrt({b})"), new("root", $@"{a} \cdot {b}^{{1/2}}"),
    ];

    private static List<Spelling> Algebra(int a, int b) =>
    [
        new("algebra", $"(x{a:+0;-0;+0})(x{b:+0;-0;+0})"), new("algebra", $"x^2{a + b:+0;-0;+0}x{a * b:+0;-0;+0}"),
            new("algebra", $"x^{{2}} + ({a + b})x + ({a * b})"),
        new("algebra", $"{a * b}{a + b:+0;-0;+0}x+x^2"),
            new("algebra", $@"\frac{{2x^2{2 * (a + b):+0;-0;+0}x{2 * a * b:+0;-0;+0}}}{{2}}"),
    ];

    private (Spelling, Spelling) Together(List<(BigInteger, BigInteger)> members)
    {
        if (_random.Next(2) == 0) return (Tuple(members), Tuple(members));
        string a = string.Join(", ", members.Select(m => InBrackets(m))),
            b = string.Join(", ", members.AsEnumerable().Reverse().Select(m => InBrackets(m)));
        return (new Spelling("set", $@"\{{{a}\}}"), new Spelling("set", $@"\left\{{ {b} \right\}}"));
    }

    private Spelling Tuple(List<(BigInteger, BigInteger)> members)
    {
        string inside = string.Join(_random.Next(2) == 0 ? ", " : " , ", members.Select(m => InBrackets(m)));
        return new Spelling("tuple", _random.Next(2) == 0 ? $"({inside})" : $@"\left({inside}\right)");
    }

    private Spelling Matrix((BigInteger, BigInteger)[] c)
    {
        string kind = _random.Next(2) == 0 ? "pmatrix" : "bmatrix", row = _random.Next(2) == 0 ? @"\\" : " \\\\\n";
        string top = $"{InBrackets(c[0])} & {InBrackets(c[1])}", bottom = $"{InBrackets(c[2])}&{InBrackets(c[3])}";
        return new Spelling("matrix", $@"\begin{{{kind}}}{top}{row}{bottom}\end{{{kind}}}");
    }

    private string InBrackets((BigInteger Top, BigInteger Bottom) m) => _random.Next(3) switch
    {
        0 => Frac(m.Top, m.Bottom),
        1 when Decimal(m.Top, m.Bottom) is { } text => text,
        _ => Plain(m),
    };

    private static string Plain((BigInteger Top, BigInteger Bottom) m) => m.Bottom.IsOne ? $"{m.Top}" : $"{m.Top}/{m.Bottom}";

    private static string Frac(BigInteger n, BigInteger d) => $@"{(n.Sign < 0 ? "-" : "")}\frac{{{BigInteger.Abs(n)}}}{{{d}}}";

    private static string? Decimal(BigInteger n, BigInteger d)
    {
        for (int places = 0; places < 9; places++)
        {
            BigInteger scaled = n * BigInteger.Pow(10, places);
            if (!(scaled % d).IsZero) continue;
            string digits = BigInteger.Abs(scaled / d).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
            return (n.Sign < 0 ? "-" : "") + (places == 0 ? digits : $"{digits[..^places]}.{digits[^places..]}");
        }

        return null;
    }

    private static string FullWidth(string text) => string.Concat(text.Select(c => c == '-' ? '－' : (char)(c + 0xfee0)));

    private static string Chinese(BigInteger n)
    {
        if (n.Sign < 0) return "负" + Chinese(-n);
        if (n.IsZero) return "零";
        int high = (int)(n / 10000), low = (int)(n % 10000);
        string text = high == 0 ? Four(low) : Four(high) + "万" + (low == 0 ? "" : (low < 1000 ? "零" : "") + Four(low));
        return text.StartsWith("一十", StringComparison.Ordinal) ? text[1..] : text;
    }

    private static string Four(int n)
    {
        string text = "";
        bool isZero = false;
        foreach ((int unit, string name) in ((int, string)[])[(1000, "千"), (100, "百"), (10, "十"), (1, "")])
        {
            int digit = n / unit % 10;
            if (digit == 0)
            {
                isZero = text.Length > 0;
                continue;
            }

            text += (isZero ? "零" : "") + "零一二三四五六七八九"[digit] + name;
            isZero = false;
        }

        return text;
    }

    private static (BigInteger, BigInteger) Lowest(BigInteger n, BigInteger d)
    {
        BigInteger g = BigInteger.GreatestCommonDivisor(n, d);
        return (n / g, d / g);
    }

    private int SquareFree() => ((int[])[2, 3, 5, 6, 7, 10, 11, 13, 14, 15])[_random.Next(10)];

    private Spelling Pick(List<Spelling> all) => all[_random.Next(all.Count)];
}
