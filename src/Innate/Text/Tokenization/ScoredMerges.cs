using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>
/// The merges of a sentencepiece vocabulary, which has scores in their place: two symbols are joined where their texts together
/// are a token, the token with the highest score first, the leftmost of equals.
/// </summary>
internal static class ScoredMerges
{
    // Every token is looked up in two parts at every place: its length squared. Vocabularies of the hub need a hundredth of this.
    private const long MostWork = 1L << 30;

    /// <summary>The merges, where tokens of one score have one rank.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="scores">Their scores, by id.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="strangers">
    /// Characters that some token begins or ends with and that are no tokens: they can be joined, and so have ids beyond the
    /// vocabulary's, in this order.
    /// </param>
    /// <exception cref="InputException">A token has no score, or the tokens are longer than any vocabulary's.</exception>
    public static MergeTable Of(Vocabulary vocabulary, float[] scores, string file, out IReadOnlyList<string> strangers)
    {
        if (vocabulary.HighestId >= scores.Length)
        {
            throw new InputException(
                $"{file}: model.scores: expected a number for each id up to {vocabulary.HighestId}, found {scores.Length}.");
        }

        int[] ranks = Ranks(scores);
        List<(int Left, int Right, int Merged)> merges = new(2 * vocabulary.Count);
        Dictionary<string, int> others = [];
        long work = 0;
        for (int i = 0; i < vocabulary.Count; i++)
        {
            ReadOnlySpan<byte> text = vocabulary.TextAt(i);
            work += (long)text.Length * text.Length;
            if (work > MostWork) throw new InputException($"{file}: model.vocab: the tokens are longer than any vocabulary's.");
            for (int cut = 1; cut < text.Length; cut++)
            {
                if ((text[cut] & 0xC0) == 0x80) continue; // Within a character.
                int left = Symbol(vocabulary, text[..cut], others);
                if (left < 0) continue;
                int right = Symbol(vocabulary, text[cut..], others);
                if (right >= 0) merges.Add((left, right, vocabulary.IdAt(i)));
            }
        }

        MergeTable table = new(merges.Count);
        foreach ((int left, int right, int merged) in merges) table.Set(left, right, ranks[merged], merged);
        strangers = [.. others.OrderBy(o => o.Value).Select(o => o.Key)];
        return table;
    }

    // The place of each score among the different ones, the highest first.
    private static int[] Ranks(float[] scores)
    {
        float[] sorted = [.. scores];
        int[] ids = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(sorted, ids);
        int[] ranks = new int[scores.Length];
        for (int i = scores.Length - 2; i >= 0; i--) ranks[ids[i]] = ranks[ids[i + 1]] + (sorted[i] == sorted[i + 1] ? 0 : 1);
        return ranks;
    }

    private static int Symbol(Vocabulary vocabulary, ReadOnlySpan<byte> text, Dictionary<string, int> others)
    {
        int id = vocabulary.Find(text);
        if (id >= 0) return id;
        Rune.DecodeFromUtf8(text, out Rune rune, out int length);
        if (length != text.Length) return -1;
        string character = rune.ToString();
        if (!others.TryGetValue(character, out id)) others.Add(character, id = vocabulary.HighestId + 1 + others.Count);

        return id;
    }
}
