using System.Text.Json;

namespace Innate.Checkpoints.Gguf;

/// <summary>The scores of a sentencepiece vocabulary: as they are, or as the merges that transformers makes of them.</summary>
internal static class GgufScores
{
    private const string Key = "tokenizer.ggml.scores";

    /// <summary>The scores as <c>model.scores</c> of this library's own form of tokenizer.json.</summary>
    /// <exception cref="InputException">There is not one for each token.</exception>
    public static void WriteScores(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        GgufJson list = new();
        list.Bracket('[');
        foreach (float score in Read(vocabulary)) list.Element(score);
        list.Bracket(']');
        json.WritePropertyName("scores");
        json.WriteRawValue(list.Written, skipInputValidation: true);
    }

    /// <summary>
    /// The merges: every token in two tokens, in every way, the highest score first; of one score, the longest left part first
    /// (transformers, <c>convert_slow_tokenizer.py</c>).
    /// </summary>
    /// <exception cref="InputException">There is not a score for each token.</exception>
    public static void WriteMerges(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        float[] scores = Read(vocabulary);
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        for (int id = 0; id < scores.Length; id++) ids.TryAdd(vocabulary.TextOf(id), id);
        var parts = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        List<(float Score, string Token, int Cut)> merges = new(2 * scores.Length);
        foreach ((string token, int id) in ids)
        {
            for (int cut = 1; cut < token.Length; cut++)
            {
                if (char.IsLowSurrogate(token[cut])) continue;
                if (parts.ContainsKey(token.AsSpan(0, cut)) && parts.ContainsKey(token.AsSpan(cut)))
                {
                    merges.Add((scores[id], token, cut));
                }
            }
        }

        json.WriteStartArray("merges");
        // A stable sort: what is equal in all three stays in the order of ids.
        foreach ((_, string token, int cut) in merges
            .OrderByDescending(m => m.Score).ThenByDescending(m => Runes(m.Token.AsSpan(0, m.Cut)))
            .ThenByDescending(m => Runes(m.Token.AsSpan(m.Cut))))
        {
            json.WriteStartArray();
            json.WriteStringValue(token.AsSpan(0, cut));
            json.WriteStringValue(token.AsSpan(cut));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static int Runes(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char c in text) count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }

    private static float[] Read(GgufVocabulary vocabulary)
    {
        GgufMetadata keys = vocabulary.Metadata;
        float[] scores = keys.Floats(Key);
        return scores.Length == vocabulary.Tokens.Count && Array.TrueForAll(scores, float.IsFinite)
            ? scores
            : throw keys.Wrong(Key, $"a finite number for each of {vocabulary.Tokens.Count} tokens");
    }
}
