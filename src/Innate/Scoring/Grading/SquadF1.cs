using System.Text;
using System.Text.RegularExpressions;

namespace Innate.Scoring.Grading;

/// <summary>
/// How much two short answers have in common, as SQuAD measures it (Rajpurkar et al. 2016, arXiv 1606.05250): the F1 of their
/// words, each counted as often as it stands in both. Case, ASCII punctuation and the articles a, an, the do not count.
/// <code>
/// same = sum over words of min(count in one, count in the other)       F1 = 2 same / (words of one + words of the other)
/// </code>
/// </summary>
internal static partial class SquadF1
{
    /// <summary>The F1, 0 to 1; 0 where no word is in both, two empty answers included.</summary>
    public static double Of(string prediction, string gold)
    {
        string[] own = Words(prediction), known = Words(gold);
        Dictionary<string, int> left = known.CountBy(w => w, StringComparer.Ordinal)
            .ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        int same = 0;
        foreach (string word in own)
        {
            if (left.GetValueOrDefault(word) == 0) continue;
            left[word]--;
            same++;
        }

        return same == 0 ? 0 : 2.0 * same / (own.Length + known.Length);
    }

    /// <summary>The best over several known answers, rounded to two digits, as R-Search pays it.</summary>
    public static double Best(string prediction, IEnumerable<string> golds) =>
        Math.Round(golds.Select(g => Of(prediction, g)).DefaultIfEmpty().Max(), 2);

    private static string[] Words(string text)
    {
        StringBuilder kept = new(text.Length);
        foreach (char c in text.ToLowerInvariant())
        {
            if (!char.IsAscii(c) || !(char.IsPunctuation(c) || char.IsSymbol(c))) kept.Append(c);
        }

        return Articles().Replace(kept.ToString(), " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"\b(?:a|an|the)\b")]
    private static partial Regex Articles();
}
