using System.Globalization;
using System.Text;
using Innate.Text.Tokenization;

namespace Innate.Text;

/// <summary>
/// What a token writes where other text stands before it, in bytes: half a character has bytes, and no text of its own. May be
/// called from many threads at once.
/// </summary>
public sealed class TokenWriter
{
    private readonly Tokenizer _tokenizer;
    private readonly string _before;
    private readonly bool _isByteLevel;
    private readonly bool _hasByteTokens;

    /// <summary>Reads off a tokenizer what its tokens write.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    public TokenWriter(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;

        // Some tokenizers take a blank off the first token of a text: what is asked for is what it writes behind another.
        Anchor = Enumerable.Range(0, tokenizer.VocabularySize).FirstOrDefault(
            id => tokenizer.IdToToken(id) is { Length: > 0 } text && text.All(char.IsAsciiLetter) && !tokenizer.IsAdded(id), -1);
        _before = Anchor < 0 ? "" : tokenizer.Decode([Anchor]);
        _isByteLevel = tokenizer.CreateDecoder(new TextSink()) is ByteLevelDecoder;

        // Bytes that the vocabulary lacks are tokens such as <0xE2>.
        _hasByteTokens = tokenizer.TokenToId("<0x41>") is { } a && tokenizer.Decode([a]) == "A";
    }

    /// <summary>A token of letters to go before another; -1: there is none.</summary>
    internal int Anchor { get; }

    /// <summary>What a token writes; empty for a special one, or one that there is not.</summary>
    /// <param name="id">The token.</param>
    /// <returns>Its bytes: UTF-8, or a part of a character's.</returns>
    public byte[] BytesOf(int id)
    {
        if (_tokenizer.IsSpecial(id) || _tokenizer.IdToToken(id) is not { Length: > 0 } text) return [];
        if (_isByteLevel && !_tokenizer.IsAdded(id) && text.All(c => ByteLevelAlphabet.ByteOf(c) >= 0))
        {
            return [.. text.Select(c => (byte)ByteLevelAlphabet.ByteOf(c))];
        }

        if (_hasByteTokens && text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
            && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, null, out byte one))
        {
            return [one];
        }

        string both = Anchor < 0 ? _tokenizer.Decode([id]) : _tokenizer.Decode([Anchor, id]);
        return both.StartsWith(_before, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(both[_before.Length..]) : [];
    }
}
