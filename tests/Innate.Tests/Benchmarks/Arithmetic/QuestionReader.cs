using System.Globalization;
using System.Text.RegularExpressions;

namespace Innate.Tests.Benchmarks.Arithmetic;

/// <summary>
/// Answers a question from its text alone, as a reader would: it shares nothing with the generator, so that both would have to
/// misread a story alike to agree on a wrong answer.
/// </summary>
internal static class QuestionReader
{
    private static readonly (string Story, Func<int, int, int, int> Answer)[] Stories =
    [
        ("# plus #", (a, b, _) => a + b),
        ("sum of # and #", (a, b, _) => a + b),
        ("Add # and #", (a, b, _) => a + b),
        ("Subtract # from #", (a, b, _) => b - a),
        ("Take # away from #", (a, b, _) => b - a),
        ("Multiply # by #", (a, b, _) => a * b),
        ("product of # and #", (a, b, _) => a * b),
        ("has # . and buys # more. .* now", (a, b, _) => a + b),
        ("has # . and gets # more from . How .* now", (a, b, _) => a + b),
        ("has # . and . has # How many . do they have together", (a, b, _) => a + b),
        ("are # . in the box and # on the table. .* in all", (a, b, _) => a + b),
        ("has # . and gives away # .* left", (a, b, _) => a - b),
        ("had # . and lost # of them. .* left", (a, b, _) => a - b),
        ("were # . in the box and . took # .* left", (a, b, _) => a - b),
        ("has # . and . has # How many more . does . have than .", (a, b, _) => a - b),
        ("are # boxes with # . each. .* in all", (a, b, _) => a * b),
        ("buys # bags of # . How many . does . buy", (a, b, _) => a * b),
        ("finds # . on each of # days. How many . does . find", (a, b, _) => a * b),
        ("shares # . equally among # friends. .* each friend get", (a, b, _) => a / b),
        ("packs # . into boxes of # How many boxes does . fill", (a, b, _) => a / b),
        ("has # . buys # more and gives away # .* left", (a, b, c) => a + b - c),
        ("has # . and . has # Together they sell # .* left", (a, b, c) => a + b - c),
        ("had # . sold # and then bought # .* now", (a, b, c) => a - b + c),
        ("had # . lost # and gave away # .* left", (a, b, c) => a - b - c),
        ("has # bags of # . and # more . How many . does . have in all", (a, b, c) => (a * b) + c),
        ("has # boxes of # . and gives away # . How many . are left", (a, b, c) => (a * b) - c),
        ("buys # . at # dollars each and pays with # dollars. .* get back", (a, b, c) => c - (a * b)),
        ("has # . and . has # more than . How many . do they have together", (a, b, _) => a + a + b),
        ("has # . and . has # fewer than . How many . do they have together", (a, b, _) => a + a - b),
    ];

    /// <summary>The answer; throws where no story, or more than one, fits the text.</summary>
    public static int Answer(string text)
    {
        string symbols = text.Replace(" plus ", " + ", StringComparison.Ordinal)
            .Replace(" minus ", " - ", StringComparison.Ordinal)
            .Replace(" times ", " x ", StringComparison.Ordinal)
            .Replace(" * ", " x ", StringComparison.Ordinal);
        Match expression = Regex.Match(symbols, @"\d+( [-+x] \d+)+");
        if (expression.Success) return Evaluate(expression.Value);
        int[] numbers = [.. Regex.Matches(text, @"\d+").Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];
        return Assert.Single(Stories, s => Fits(s.Story, text)).Answer(numbers[0], numbers[1], numbers.ElementAtOrDefault(2));
    }

    /// <summary>Products first, then from left to right.</summary>
    public static int Evaluate(string expression)
    {
        List<string> parts = [.. expression.Split(' ')];
        foreach (string[] symbols in new string[][] { ["x", "/"], ["+", "-"] })
        {
            for (int i; (i = parts.FindIndex(symbols.Contains)) >= 0;)
            {
                int left = int.Parse(parts[i - 1], CultureInfo.InvariantCulture);
                int right = int.Parse(parts[i + 1], CultureInfo.InvariantCulture);
                int value = parts[i] switch { "x" => left * right, "/" => left / right, "+" => left + right, _ => left - right };
                parts.RemoveRange(i - 1, 3);
                parts.Insert(i - 1, value.ToString(CultureInfo.InvariantCulture));
            }
        }

        return int.Parse(Assert.Single(parts), CultureInfo.InvariantCulture);
    }

    // # is a number, a lone full stop any word; what ends a sentence or a clause may follow either.
    private static bool Fits(string story, string text)
    {
        IEnumerable<string> words = story.Split(' ').Select(word => word switch
        {
            "#" => @"\d+[.,]?",
            "." => @"[A-Za-z]+[.,?]?",
            ".*" => ".*",
            _ => Regex.Escape(word) + @"\??",
        });
        return Regex.IsMatch(text, $@"\b{string.Join(' ', words)}[.?]?$");
    }
}
