using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>The settings of a BPE model as tokenizer.json names them; null stands for absent or empty.</summary>
internal sealed record BytePairSettings(
    string? UnknownToken, string? ContinuingSubwordPrefix, string? EndOfWordSuffix, bool FuseUnknown, bool ByteFallback,
    bool IgnoreMerges);

/// <summary>
/// Byte-pair encoding of one word after another: first symbols from the vocabulary, then merges, with a word cache.
/// </summary>
internal sealed class BytePairModel
{
    private readonly BytePairSettings _settings;
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly WordCache _cache = new();
    private readonly int _unknown;
    private readonly int[] _fallbackIds = new int[256];
    private readonly int[] _byteLevelIds = new int[256];
    private readonly int[] _asciiIds = new int[128];
    private readonly IReadOnlyList<string> _strangers;
    private readonly Dictionary<string, int> _strangerIds = [];

    /// <summary>The characters that some token has directly before an inner '▁'; null where words are not cut at '▁'.</summary>
    private readonly HashSet<char>? _beforeMeta;

    /// <param name="vocabulary">The tokens.</param>
    /// <param name="merges">The pairs that are joined.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="strangers">
    /// Characters that are no tokens and yet take part in merges, in the order of their ids, which follow the vocabulary's; what
    /// is left of them in the end becomes bytes.
    /// </param>
    public BytePairModel(
        Vocabulary vocabulary, MergeTable merges, BytePairSettings settings, IReadOnlyList<string> strangers)
    {
        (_vocabulary, _merges, _settings, _strangers) = (vocabulary, merges, settings, strangers);
        for (int i = 0; i < strangers.Count; i++) _strangerIds[strangers[i]] = vocabulary.HighestId + 1 + i;
        _unknown = settings.UnknownToken is null ? -1 : vocabulary.Find(settings.UnknownToken);
        for (int b = 0; b < 256; b++)
        {
            _fallbackIds[b] = settings.ByteFallback ? vocabulary.Find($"<0x{b:X2}>") : -1;
            _byteLevelIds[b] = vocabulary.Find([ByteLevelAlphabet.CharOfByte[b]]);
        }

        for (int c = 0; c < 128; c++) _asciiIds[c] = vocabulary.Find([(char)c]);
        bool plain = settings.ContinuingSubwordPrefix is null && settings.EndOfWordSuffix is null;
        CanReadBytes = plain && !_byteLevelIds.Contains(-1);
        if (plain && !settings.IgnoreMerges && vocabulary.Find("▁") >= 0) _beforeMeta = FindBeforeMeta(vocabulary);
    }

    /// <summary>
    /// Whether <see cref="Encode"/> may take raw text for the byte-level alphabet: all 256 bytes are tokens, so no character
    /// needs to be made for them first.
    /// </summary>
    public bool CanReadBytes { get; }

    /// <summary>A merger for this model's merges, for one thread.</summary>
    public BytePairMerger CreateMerger() => new(_merges);

    /// <summary>Appends the ids of one word.</summary>
    /// <param name="word">The word; well-formed UTF-16, not empty.</param>
    /// <param name="asBytes">True: the word is raw text, read as its UTF-8 bytes in the byte-level alphabet.</param>
    /// <param name="merger">The thread's own merger.</param>
    /// <param name="output">Where the ids go.</param>
    public void Encode(ReadOnlySpan<char> word, bool asBytes, BytePairMerger merger, IdBuffer output)
    {
        if (asBytes || _beforeMeta is null)
        {
            EncodeCached(word, asBytes, merger, output);
            return;
        }

        // Where no token holds the character before a '▁' together with it, no merge ever crosses the two, and cutting there
        // changes nothing: a text without pre-tokenizer becomes words that the cache knows.
        int start = 0;
        for (int i = 1; i < word.Length; i++)
        {
            int found = word[i..].IndexOf('▁');
            if (found < 0) break;
            i += found;
            if (_beforeMeta.Contains(word[i - 1])) continue;
            EncodeCached(word[start..i], false, merger, output);
            start = i;
        }

        EncodeCached(word[start..], false, merger, output);
    }

    private void EncodeCached(ReadOnlySpan<char> word, bool asBytes, BytePairMerger merger, IdBuffer output)
    {
        if (word.Length > WordCache.LongestWord)
        {
            EncodeWord(word, asBytes, merger, output);
            return;
        }

        int[]? known = _cache.Find(word, out uint hash);
        if (known is not null)
        {
            if (known.Length == 1) output.Add(known[0]);
            else output.AddRange(known);
            return;
        }

        int start = output.Count;
        EncodeWord(word, asBytes, merger, output);
        _cache.Add(word, hash, output.Items[start..]);
    }

    private void EncodeWord(ReadOnlySpan<char> word, bool asBytes, BytePairMerger merger, IdBuffer output)
    {
        int start = output.Count;
        if (asBytes)
        {
            int size = Encoding.UTF8.GetMaxByteCount(word.Length);
            Span<byte> bytes = size <= 512 ? stackalloc byte[512] : new byte[size];
            bytes = bytes[..Encoding.UTF8.GetBytes(word, bytes)];
            if (_settings.IgnoreMerges && FindMapped(bytes) is var whole and >= 0)
            {
                output.Add(whole);
                return;
            }

            foreach (byte b in bytes) output.Add(_byteLevelIds[b]);
        }
        else
        {
            if (_settings.IgnoreMerges && _vocabulary.Find(word) is var whole and >= 0)
            {
                output.Add(whole);
                return;
            }

            AddFirstSymbols(word, output);
        }

        int count = merger.Merge(output.Mutable[start..]);
        output.Truncate(start + count);
        if (_strangers.Count > 0) WriteOut(output, start);
    }

    /// <summary>Puts bytes (or the unknown token) in the place of strangers.</summary>
    private void WriteOut(IdBuffer output, int start)
    {
        if (output.Items[start..].IndexOfAnyExceptInRange(0, _vocabulary.HighestId) < 0) return;
        int[] symbols = [.. output.Items[start..]];
        output.Truncate(start);
        foreach (int id in symbols)
        {
            if (id <= _vocabulary.HighestId) output.Add(id);
            else if (!TryAddBytes(_strangers[id - _vocabulary.HighestId - 1], output) && _unknown >= 0) output.Add(_unknown);
        }
    }

    /// <summary>The id of the token whose byte-level text stands for these bytes, or -1.</summary>
    private int FindMapped(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 256) return _vocabulary.Find(bytes.ToArray().Select(b => ByteLevelAlphabet.CharOfByte[b]).ToArray());
        Span<char> mapped = stackalloc char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) mapped[i] = ByteLevelAlphabet.CharOfByte[bytes[i]];
        return _vocabulary.Find(mapped);
    }

    /// <summary>One symbol a character: the vocabulary's, else its bytes', else the unknown token's, else none.</summary>
    private void AddFirstSymbols(ReadOnlySpan<char> word, IdBuffer output)
    {
        string? prefix = _settings.ContinuingSubwordPrefix, suffix = _settings.EndOfWordSuffix;
        bool unknownPending = false;
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0, length; i < word.Length; i += length)
        {
            length = char.IsHighSurrogate(word[i]) && i + 1 < word.Length ? 2 : 1;
            bool takesPrefix = prefix is not null && i > 0, takesSuffix = suffix is not null && i + length == word.Length;
            ReadOnlySpan<char> symbol = word.Slice(i, length);
            if (takesPrefix || takesSuffix)
            {
                symbol = string.Concat(takesPrefix ? prefix : "", symbol, takesSuffix ? suffix : "");
            }

            int id = symbol.Length == 1 && symbol[0] < 128 ? _asciiIds[symbol[0]] : _vocabulary.Find(symbol);
            if (id < 0 && _strangers.Count > 0) id = _strangerIds.GetValueOrDefault(symbol.ToString(), -1);
            if (id >= 0)
            {
                if (unknownPending) output.Add(_unknown);
                unknownPending = false;
                output.Add(id);
                continue;
            }

            if (_settings.ByteFallback && TryAddBytes(symbol, output)) continue;
            if (_unknown < 0) continue;
            if (unknownPending && !_settings.FuseUnknown) output.Add(_unknown);
            unknownPending = true;
        }

        if (unknownPending) output.Add(_unknown);
    }

    private bool TryAddBytes(ReadOnlySpan<char> symbol, IdBuffer output)
    {
        Span<byte> bytes = symbol.Length <= 64 ? stackalloc byte[256] : new byte[4 * symbol.Length];
        bytes = bytes[..Encoding.UTF8.GetBytes(symbol, bytes)];
        foreach (byte b in bytes)
        {
            if (_fallbackIds[b] < 0) return false;
        }

        foreach (byte b in bytes) output.Add(_fallbackIds[b]);
        return true;
    }

    private static HashSet<char> FindBeforeMeta(Vocabulary vocabulary)
    {
        ReadOnlySpan<byte> meta = "▁"u8;
        var result = new HashSet<char>();
        Span<char> units = stackalloc char[2];
        for (int i = 0; i < vocabulary.Count; i++)
        {
            ReadOnlySpan<byte> text = vocabulary.TextAt(i);
            // Most tokens hold none, or one at their beginning: look from the second byte on.
            while (text.Length > 1 && text[1..].IndexOf(meta) is var at and >= 0)
            {
                Rune.DecodeLastFromUtf8(text[..(at + 1)], out Rune before, out _);
                result.Add(units[before.EncodeToUtf16(units) - 1]);
                text = text[(at + 1)..];
            }
        }

        return result;
    }
}
