using System.Text;
using System.Text.Json;

namespace Innate.Text.Tokenization;

/// <content>The merges: each names two tokens of the vocabulary and makes a third.</content>
internal ref partial struct TokenizerReader
{
    private void ReadMerges(ref Utf8JsonReader reader)
    {
        // About one merge makes each token.
        var list = new List<(int Left, int Right, int Merged)>(_vocabulary.Count);
        int prefix = PrefixLength();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadOnlySpan<byte> left, right;
            if (reader.TokenType == JsonTokenType.String)
            {
                ReadOnlySpan<byte> both = Text(ref reader, ref _left);
                int space = both.IndexOf((byte)' ');
                if (space < 0 || both[(space + 1)..].Contains((byte)' ')) throw BadMerge(list.Count);
                left = both[..space];
                right = both[(space + 1)..];
            }
            else
            {
                if (reader.TokenType != JsonTokenType.StartArray) throw BadMerge(list.Count);
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw BadMerge(list.Count);
                left = Text(ref reader, ref _left);
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw BadMerge(list.Count);
                right = Text(ref reader, ref _right);
                if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray) throw BadMerge(list.Count);
            }

            if (right.Length < prefix) throw BadMerge(list.Count);
            int index = list.Count;
            list.Add((Find(left, left, right, index), Find(right, left, right, index), FindJoined(left, right, prefix, index)));
        }

        _merges = new MergeTable(list.Count);
        for (int rank = 0; rank < list.Count; rank++)
        {
            (int left, int right, int merged) = list[rank];
            _merges.Set(left, right, rank, merged);
        }
    }

    private readonly int PrefixLength() =>
        _settings.TryGetValue("continuing_subword_prefix", out JsonField field)
            ? Encoding.UTF8.GetByteCount(field.TextOr("")!)
            : 0;

    private readonly int Find(ReadOnlySpan<byte> token, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int index)
    {
        int id = _vocabulary.Find(token);
        return id >= 0
            ? id
            : throw new InputException(
                $"{_file}: model.merges[{index}] '{Show(left)} {Show(right)}' names '{Show(token)}', " +
                "which is not in model.vocab.");
    }

    private int FindJoined(scoped ReadOnlySpan<byte> left, scoped ReadOnlySpan<byte> right, int prefix, int index)
    {
        int length = left.Length + right.Length - prefix;
        if (_joined.Length < length) _joined = new byte[2 * length];
        left.CopyTo(_joined);
        right[prefix..].CopyTo(_joined.AsSpan(left.Length));
        int id = _vocabulary.Find(_joined.AsSpan(0, length));
        return id >= 0
            ? id
            : throw new InputException(
                $"{_file}: model.merges[{index}] '{Show(left)} {Show(right)}' makes '{Show(_joined.AsSpan(0, length))}', " +
                "which is not in model.vocab.");
    }

    private readonly InputException BadMerge(int index) =>
        new($"{_file}: model.merges[{index}] should be two tokens, as 'a b' or as [a, b].");
}
