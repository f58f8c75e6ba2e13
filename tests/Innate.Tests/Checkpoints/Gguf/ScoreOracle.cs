using System.Text;
using Innate.Checkpoints.Gguf;

namespace Innate.Tests.Checkpoints.Gguf;

/// <summary>
/// Sentencepiece's rule by scores, written down plainly: of all neighbours whose texts together are a token, those of the highest
/// score are joined, the leftmost of equals; what is no token in the end becomes its bytes.
/// </summary>
internal sealed class ScoreOracle(GgufVocabulary vocabulary)
{
    private readonly Dictionary<string, int> _ids = Enumerable.Range(0, vocabulary.Tokens.Count)
        .ToDictionary(vocabulary.TextOf, id => id, StringComparer.Ordinal);

    private readonly float[] _scores = vocabulary.Metadata.Floats("tokenizer.ggml.scores");

    private readonly string[] _user = [.. Enumerable.Range(0, vocabulary.Tokens.Count)
        .Where(id => vocabulary.KindOf(id) == GgufTokenKind.UserDefined).Select(vocabulary.TextOf)];

    private readonly bool _addsSpace = vocabulary.Metadata.OptionalFlag("tokenizer.ggml.add_space_prefix") ?? true;

    /// <summary>Whether a text has tokens that are found before the scores are asked.</summary>
    public bool HasUsersTokens(string text) => _user.Any(text.Contains);

    public int[] Encode(string text)
    {
        if (text.Length == 0) return [];
        List<string> symbols =
            [.. ((_addsSpace ? " " : "") + text).Replace(' ', '▁').EnumerateRunes().Select(r => r.ToString())];
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (!_ids.TryGetValue(symbols[i] + symbols[i + 1], out int id)) continue;
                if (best < 0 || _scores[id] > _scores[_ids[symbols[best] + symbols[best + 1]]]) best = i;
            }

            if (best < 0) break;
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }

        return [.. symbols.SelectMany(s => _ids.TryGetValue(s, out int id)
            ? [id] : Encoding.UTF8.GetBytes(s).Select(b => _ids[$"<0x{b:X2}>"]))];
    }
}
