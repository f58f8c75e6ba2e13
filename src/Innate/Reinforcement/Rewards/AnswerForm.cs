using System.Numerics;
using System.Text.RegularExpressions;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// What an answer says, without how it is written: two answers are equal where their keys are. A key starts with what it is:
/// <c>=1/2</c> a number in lowest terms, <c>{...}</c> a set of keys in order, <c>(...]</c> a tuple or an interval, <c>u</c> a
/// union, <c>~</c> a text.
/// </summary>
/// <param name="Key">Equal for equal answers.</param>
/// <param name="BareKey">Where the answer is a percentage: its key without the percent sign; else null.</param>
internal readonly partial record struct AnswerForm(string Key, string? BareKey)
{
    // Longer answers are compared as they are written, and brackets nested deeper too: no text can make this slow.
    private const int MaxLength = 2000;
    private const int MaxDepth = 8;

    private static readonly (string Word, int Zeros)[] Magnitudes =
        [("hundred", 2), ("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];

    /// <summary>Words after a number that are no unit.</summary>
    private static readonly HashSet<string> NotUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        "or", "and", "to", "by", "plus", "minus", "times", "over", "mod", "of", "pi", "sqrt", "sin", "cos", "tan", "log", "ln",
        "if", "when", "where", "is", "not",
    };

    public static AnswerForm Of(string text)
    {
        string plain = AnswerNotation.Plain(text);
        if (plain.Length > MaxLength) return new AnswerForm("~" + plain, null);
        plain = Variable().Replace(plain, "").Trim();
        string? bare = plain.EndsWith('%') && Number(plain) is not null ? "=" + Number(plain[..^1]) : null;
        return new AnswerForm(Value(plain, 0), bare);
    }

    private static string Value(string s, int depth)
    {
        s = s.Trim();
        if (depth > MaxDepth) return "~" + s;
        if (Encloses(s, '{', '}')) return Value(s[1..^1], depth + 1);
        if (Number(s) is ExactNumber number) return "=" + number;
        string[] union = [.. Split(s, @"\cup")];
        if (union.Length > 1) return "u" + Unordered(union, depth);
        if (s.StartsWith(@"\{", StringComparison.Ordinal) && s.EndsWith(@"\}", StringComparison.Ordinal))
        {
            return "{" + Unordered([.. Split(s[2..^2], ",")], depth) + "}";
        }

        bool isRound = Encloses(s, '(', ')');
        if (isRound || Encloses(s, '[', ']') || Encloses(s, '(', ']') || Encloses(s, '[', ')'))
        {
            string[] parts = [.. Split(s[1..^1], ",")];
            if (parts.Length == 1 && isRound) return Value(parts[0], depth + 1);
            return s[0] + string.Join(";", parts.Select(p => Value(p, depth + 1))) + s[^1];
        }

        // 1, 2 and 3: a list without brackets, of numbers or of brackets.
        string[] list = [.. ListWord().Split(s).SelectMany(p => Split(p, ",")).Select(p => p.Trim()).Where(p => p.Length > 0)];
        if (list.Length > 1)
        {
            string[] keys = [.. list.Select(p => Value(p, depth + 1))];
            if (keys.All(k => k[0] is '=' or '(' or '[')) return "{" + Joined(keys) + "}";
        }

        return "~" + AnswerNotation.TextKey(s);
    }

    private static ExactNumber? Number(string s)
    {
        s = Currency().Replace(s, "$1").Trim();
        if (s.EndsWith('%')) return Number100(s[..^1].TrimEnd());
        if (ExactNumber.Read(s) is ExactNumber plain) return plain;
        if (Unit().Match(s) is not { Success: true } m) return null;
        string[] words = [.. m.Groups["word"].Captures.Select(c => c.Value)];
        if (NotUnits.Overlaps(words) || ExactNumber.Read(m.Groups["number"].Value) is not ExactNumber value) return null;
        string first = words[0];
        if (first.Equals("percent", StringComparison.OrdinalIgnoreCase)) return value.Times(ExactNumber.Of(1, 100));
        int zeros = Array.Find(Magnitudes, p => p.Word.Equals(first, StringComparison.OrdinalIgnoreCase)).Zeros;
        return value.Times(ExactNumber.Of(BigInteger.Pow(10, zeros), 1));
    }

    private static ExactNumber? Number100(string s) => ExactNumber.Read(s)?.Times(ExactNumber.Of(1, 100));

    private static string Unordered(string[] parts, int depth) =>
        Joined(parts.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => Value(p, depth + 1)));

    private static string Joined(IEnumerable<string> keys) =>
        string.Join(";", keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    // Whether the first character's bracket closes with the last character.
    private static bool Encloses(string s, char open, char close)
    {
        if (s.Length < 2 || s[0] != open || s[^1] != close || s[^2] == '\\') return false;
        int level = 0;
        for (int i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{') level++;
            else if (s[i] is ')' or ']' or '}') level--;
            if (level == 0) return i == s.Length - 1;
        }

        return false;
    }

    // At the separators that stand in no bracket; a half-open interval closes what it did not open.
    private static IEnumerable<string> Split(string s, string separator)
    {
        int level = 0, from = 0;
        for (int i = 0; i < s.Length; i++)
        {
            if (s[i] is '(' or '[' or '{') level++;
            else if (s[i] is ')' or ']' or '}') level--;
            else if (level == 0 && string.CompareOrdinal(s, i, separator, 0, separator.Length) == 0)
            {
                yield return s[from..i];
                from = i + separator.Length;
            }
        }

        yield return s[from..];
    }

    // x = 5, x_1 = 5, x \in (0, 1)
    [GeneratedRegex(@"^\s*[A-Za-z](?:_\{?[A-Za-z0-9]\}?)?(?:\([A-Za-z]\))?\s*(?:=|\\in\b)\s*")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\s+(?:and|or)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex ListWord();

    [GeneratedRegex(@"^([+-]?\s*)(?:US|USD|EUR|GBP|[€£¥])\s*(?=[0-9.+-])")]
    private static partial Regex Currency();

    // A number and up to four words; one letter alone only where it is a unit (5 x is no number).
    [GeneratedRegex(
        @"^(?<number>.*[0-9.}])"
        + @"(?:(?:\s+|/)(?<word>[A-Za-z]{2,}|[mgshLlNJWVACFK])|(?<word>cm|mm|km|kg|mg|ml|kW|Hz|kHz|ft|hr|hrs|min|mph|[€£¥]))"
        + @"(?:\^\{?[23]\}?|[²³])?(?:(?:\s+|/)(?<word>[A-Za-z]+)(?:\^\{?[23]\}?|[²³])?){0,3}\.?$")]
    private static partial Regex Unit();
}
