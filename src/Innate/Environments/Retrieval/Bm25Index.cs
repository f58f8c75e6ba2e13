namespace Innate.Environments.Retrieval;

/// <summary>
/// Which texts of a corpus a query is about: Okapi's BM25 (Robertson and Zaragoza 2009) with the weights and the never negative
/// rarity that Lucene uses.
/// <code>
/// score(q, d) = sum over terms t of q of idf(t) * f (k1 + 1) / (f + k1 (1 - b + b |d| / mean |d|)),   f = count of t in d
/// idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)),   n = texts of N that hold t,   k1 = 1.2, b = 0.75
/// </code>
/// Terms are runs of letters and digits, lower case. A term that stands twice in the query counts twice. Of two texts alike the
/// earlier one comes first; one without any term of the query is not found.
/// </summary>
internal sealed class Bm25Index
{
    private const double K1 = 1.2, B = 0.75;

    private readonly Dictionary<string, List<(int Text, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly int[] _lengths;
    private readonly double _meanLength;

    /// <summary>Reads the texts.</summary>
    /// <param name="texts">The corpus.</param>
    public Bm25Index(IReadOnlyList<string> texts)
    {
        _lengths = new int[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            string[] terms = Terms(texts[i]);
            _lengths[i] = terms.Length;
            foreach ((string term, int count) in terms.CountBy(t => t, StringComparer.Ordinal))
            {
                if (!_postings.TryGetValue(term, out List<(int, int)>? list)) _postings[term] = list = [];
                list.Add((i, count));
            }
        }

        _meanLength = _lengths.Length == 0 ? 0 : _lengths.Average();
    }

    /// <summary>A text's terms, in order.</summary>
    public static string[] Terms(string text)
    {
        List<string> terms = [];
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool isIn = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (isIn && start < 0) start = i;
            if (isIn || start < 0) continue;
            terms.Add(text[start..i].ToLowerInvariant());
            start = -1;
        }

        return [.. terms];
    }

    /// <summary>The best texts, best first.</summary>
    /// <param name="query">In words.</param>
    /// <param name="count">The most of them.</param>
    /// <returns>Each text's place in the corpus and its score, above 0.</returns>
    public IReadOnlyList<(int Text, double Score)> Find(string query, int count)
    {
        Dictionary<int, double> scores = [];
        foreach (string term in Terms(query))
        {
            if (!_postings.TryGetValue(term, out List<(int Text, int Count)>? list)) continue;
            double rarity = Math.Log(1 + ((_lengths.Length - list.Count + 0.5) / (list.Count + 0.5)));
            foreach ((int text, int f) in list)
            {
                double norm = f + (K1 * (1 - B + (B * _lengths[text] / _meanLength)));
                scores[text] = scores.GetValueOrDefault(text) + (rarity * f * (K1 + 1) / norm);
            }
        }

        return [.. scores.OrderByDescending(s => s.Value).ThenBy(s => s.Key).Take(count).Select(s => (s.Key, s.Value))];
    }
}
