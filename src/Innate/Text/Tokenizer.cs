using System.Text;
using Innate.Checkpoints;
using Innate.Text.Tokenization;

namespace Innate.Text;

/// <summary>
/// Text to token ids and back, as a checkpoint's <c>tokenizer.json</c> says (byte-pair encodings: Qwen, Llama, Mistral, Gemma,
/// Phi, OLMo, GPT). All members may be called from many threads at once.
/// </summary>
/// <remarks>
/// Text that is not well-formed UTF-16 is read with U+FFFD in place of each lone surrogate. <c>clean_up_tokenization_spaces</c>
/// is not applied: decoding gives back the text that was encoded, spaces before punctuation included.
/// </remarks>
public sealed class Tokenizer
{
    /// <summary>Above this many characters of input, working memory is given back rather than kept for the next call.</summary>
    private const int LargestKept = 1 << 20;

    [ThreadStatic]
    private static Workspace? t_workspace;

    private readonly TokenizerParts _parts;
    private readonly TokenizerConfig _config;
    private readonly AddedTokenMatcher _rawMatcher;
    private readonly AddedTokenMatcher _normalizedMatcher;
    private readonly Dictionary<int, AddedToken> _addedById = [];
    private readonly Dictionary<string, int> _addedByContent = [];
    private readonly PreTokenizer[] _preTokenizers;
    private readonly bool _asBytes;
    private readonly Func<string, int[]>? _encode;

    private Tokenizer(TokenizerParts parts, TokenizerConfig config, Func<string, int[]>? encode = null)
    {
        (_parts, _config, _encode) = (parts, config, encode);
        foreach (AddedToken token in parts.AddedTokens)
        {
            _addedById[token.Id] = token;
            _addedByContent[token.Content] = token.Id;
        }

        _rawMatcher = new(parts.AddedTokens.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        _normalizedMatcher = new(parts.AddedTokens.Where(t => t.Normalized)
            .Select(t => (parts.Normalizer?.Apply(t.Content) ?? t.Content, t)));

        // The last byte-level step is left to the model where it can read bytes itself.
        _preTokenizers = [.. parts.PreTokenizers];
        if (parts.Model.CanReadBytes && _preTokenizers is [.., ByteLevelPreTokenizer last]
            && _preTokenizers.Count(p => p is ByteLevelPreTokenizer) == 1)
        {
            _preTokenizers[^1] = last.LeavingRaw();
            _asBytes = true;
        }

        VocabularySize = Math.Max(parts.Vocabulary.HighestId, _addedById.Count == 0 ? -1 : _addedById.Keys.Max()) + 1;
    }

    /// <summary>The highest id plus one. A model's logits may be wider: checkpoints pad their embeddings.</summary>
    public int VocabularySize { get; }

    /// <summary>
    /// The text of the token that begins a sequence, as tokenizer_config.json names it; null where it names none.
    /// </summary>
    public string? BeginningOfSequence => _config.Beginning;

    /// <summary>
    /// The text of the token that ends a sequence, as tokenizer_config.json names it; null where it names none.
    /// </summary>
    public string? EndOfSequence => _config.End;

    /// <summary>The text of the token for what the vocabulary lacks; null where there is none.</summary>
    public string? UnknownToken => _config.Unknown ?? _parts.UnknownToken;

    /// <summary>The text of the token that fills batches, as tokenizer_config.json names it; null where it names none.</summary>
    public string? PaddingToken => _config.Padding;

    /// <summary>
    /// Reads <c>tokenizer.json</c> from a checkpoint's folder (or what a GGUF file has in its place), and completes it by the
    /// files that are beside it, as transformers does: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>,
    /// <c>added_tokens.json</c>.
    /// </summary>
    /// <param name="folder">The folder, or a GGUF file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InputException">The file is missing, damaged, or asks for what is not supported.</exception>
    public static Tokenizer Load(string folder) => Load(ModelFiles.Of(folder ?? throw new ArgumentNullException(nameof(folder))));

    /// <summary>The same of files that were opened.</summary>
    internal static Tokenizer Load(ModelFiles files)
    {
        string path = files.Called("tokenizer.json");
        if (!files.Has("tokenizer.json")) throw new InputException($"{path} is missing: a tokenizer is read from that file.");
        TokenizerConfig config = TokenizerConfig.Read(
            files.Read("tokenizer_config.json") ?? [], files.Called("tokenizer_config.json"),
            files.Read("special_tokens_map.json") ?? [], files.Read("added_tokens.json") ?? []);
        return Create(files.ReadTokenizer(), path, config);
    }

    /// <summary>Reads a tokenizer from the text of its files.</summary>
    /// <param name="tokenizerJson">The text of tokenizer.json, UTF-8.</param>
    /// <param name="tokenizerConfigJson">The text of tokenizer_config.json, UTF-8; empty where there is none.</param>
    /// <param name="name">How messages call the first file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InputException">The text is damaged, or asks for what is not supported.</exception>
    public static Tokenizer FromJson(
        ReadOnlySpan<byte> tokenizerJson, ReadOnlySpan<byte> tokenizerConfigJson = default, string name = "tokenizer.json") =>
        Create(tokenizerJson, name, TokenizerConfig.Read(tokenizerConfigJson, "tokenizer_config.json"));

    /// <summary>The id of exactly this token text, or null. Texts are as the vocabulary writes them ("Ġthe", "▁the").</summary>
    /// <param name="token">The text of a vocabulary entry or an added token.</param>
    /// <returns>The id, or null.</returns>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (_addedByContent.TryGetValue(token, out int added)) return added;
        return _parts.Vocabulary.Find(token) is var id and >= 0 ? id : null;
    }

    /// <summary>The text of a token as the vocabulary writes it, or null where no token has this id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The text, or null.</returns>
    public string? IdToToken(int id)
    {
        if (_addedById.TryGetValue(id, out AddedToken? added)) return added.Content;
        return _parts.Vocabulary.TryGetText(id, out ReadOnlySpan<byte> text) ? Encoding.UTF8.GetString(text) : null;
    }

    /// <summary>Whether an id is a special token: an added token marked so.</summary>
    /// <param name="id">The id.</param>
    /// <returns>True for special tokens.</returns>
    public bool IsSpecial(int id) => _addedById.TryGetValue(id, out AddedToken? added) && added.Special;

    /// <summary>Whether an id is an added token, special or not: one that is found in the text itself.</summary>
    /// <param name="id">The id.</param>
    internal bool IsAdded(int id) => _addedById.ContainsKey(id);

    /// <summary>The ids of a text.</summary>
    /// <param name="text">The text; added tokens that it spells out are recognised.</param>
    /// <param name="addSpecialTokens">Whether the post-processor's special tokens are put around it.</param>
    /// <returns>The ids.</returns>
    /// <exception cref="InputException">The tokenizer asks for endless work on this text.</exception>
    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text.AsSpan(), addSpecialTokens);
    }

    /// <inheritdoc cref="Encode(string, bool)"/>
    public int[] Encode(ReadOnlySpan<char> text, bool addSpecialTokens = false) => Encode(
        text, addSpecialTokens ? _parts.PostProcessor.Before : [], addSpecialTokens ? _parts.PostProcessor.After : [],
        continues: false);

    /// <summary>
    /// The ids of a text that another will follow: the post-processor's first special tokens, but not its last.
    /// </summary>
    /// <param name="text">The text.</param>
    internal int[] EncodeBeginning(string text) => Encode(text, _parts.PostProcessor.Before, [], continues: false);

    /// <summary>
    /// The ids of a text that goes on from other text: without the blank that some tokenizers put before a text's beginning.
    /// </summary>
    /// <param name="text">The text.</param>
    internal int[] EncodeContinuation(string text) => Encode(text, [], [], continues: true);

    private int[] Encode(ReadOnlySpan<char> text, int[] before, int[] after, bool continues)
    {
        int length = text.Length;
        using EncodingBudget.Call budget = EncodingBudget.Begin(length);
        text = UnicodeText.WithoutLoneSurrogates(text);
        if (_encode is not null) return [.. before, .. _encode(text.ToString()), .. after];
        Workspace work = t_workspace ?? new Workspace();
        t_workspace = null;
        if (work.Owner != this) (work.Owner, work.Merger) = (this, _parts.Model.CreateMerger());
        IdBuffer output = work.Output;
        output.Clear();

        output.AddRange(before);
        int from = 0, search = 0;
        while (search < text.Length && !_rawMatcher.IsEmpty)
        {
            AddedToken? token = _rawMatcher.Find(text, from, ref search, out int start, out int end);
            if (start > from) EncodeSegment(text[from..start], from == 0, continues && from == 0, work);
            if (token is not null) output.Add(token.Id);
            from = end;
        }

        if (from < text.Length) EncodeSegment(text[from..], from == 0, continues && from == 0, work);
        output.AddRange(after);
        int[] result = output.Items.ToArray();
        if (length <= LargestKept) t_workspace = work;
        return result;
    }

    /// <summary>The text of ids. Ids that no token has give nothing; bytes that form no character give U+FFFD.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>The text.</returns>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        using EncodingBudget.Call budget = EncodingBudget.Begin(64 * Math.Min(ids.Length, 1 << 20));
        var sink = new TextSink();
        DecoderStep decoder = _parts.Decoder(sink);
        foreach (int id in ids)
        {
            if (!skipSpecialTokens || !IsSpecial(id)) Push(decoder, id);
        }

        decoder.Flush();
        return sink.Take();
    }

    /// <summary>
    /// One text a token, whose concatenation is <see cref="Decode"/> of them all. A character whose bytes lie in several tokens
    /// belongs to the one that completes it; the earlier ones have the empty string.
    /// </summary>
    /// <param name="ids">The ids.</param>
    /// <returns>As many strings as ids.</returns>
    public string[] TokenTexts(ReadOnlySpan<int> ids)
    {
        var result = new string[ids.Length];
        StreamingDecoder decoder = CreateStreamingDecoder();
        for (int i = 0; i < ids.Length; i++) result[i] = decoder.Push(ids[i]);
        if (ids.Length > 0) result[^1] += decoder.Flush();
        return result;
    }

    /// <summary>A decoder for ids that come one by one. It serves one sequence and one thread.</summary>
    /// <returns>The decoder.</returns>
    public StreamingDecoder CreateStreamingDecoder() => new(this);

    internal DecoderStep CreateDecoder(TextSink sink) => _parts.Decoder(sink);

    internal void Push(DecoderStep decoder, int id)
    {
        using EncodingBudget.Call budget = EncodingBudget.Begin(1);
        if (_addedById.TryGetValue(id, out AddedToken? added))
        {
            decoder.Push(added.Content, ChunkKind.Whole | ChunkKind.Added);
        }
        else if (_parts.Vocabulary.TryGetText(id, out ReadOnlySpan<byte> text))
        {
            Span<char> chars = text.Length <= 256 ? stackalloc char[256] : new char[text.Length];
            decoder.Push(chars[..Encoding.UTF8.GetChars(text, chars)], ChunkKind.Whole);
        }
    }

    /// <summary>
    /// A tokenizer whose text other code makes tokens of, from many threads at once; a text may spell out added tokens.
    /// </summary>
    internal static Tokenizer Of(TokenizerParts parts, TokenizerConfig config, Func<string, int[]> encode) =>
        new(parts, config, encode);

    private static Tokenizer Create(ReadOnlySpan<byte> json, string name, TokenizerConfig config) =>
        new(TokenizerCompletion.Complete(new TokenizerReader(json, name).Read(), config), config);

    /// <summary>Text between raw added tokens: normalized, cut at the added tokens of normalized text, and encoded.</summary>
    private void EncodeSegment(ReadOnlySpan<char> segment, bool beginsInput, bool continues, Workspace work)
    {
        if (_parts.Normalizer is { } normalizer)
        {
            string? normalized = continues ? normalizer.Continue(segment) : normalizer.Apply(segment);
            if (normalized is not null) segment = normalized;
        }

        int from = 0, search = 0;
        while (search < segment.Length && !_normalizedMatcher.IsEmpty)
        {
            AddedToken? token = _normalizedMatcher.Find(segment, from, ref search, out int start, out int end);
            if (start > from) EncodePlain(segment[from..start], beginsInput && from == 0, continues && from == 0, work);
            if (token is not null) work.Output.Add(token.Id);
            from = end;
        }

        if (from < segment.Length) EncodePlain(segment[from..], beginsInput && from == 0, continues && from == 0, work);
    }

    private void EncodePlain(ReadOnlySpan<char> text, bool beginsInput, bool continues, Workspace work)
    {
        PieceBuffer pieces = work.Pieces;
        pieces.Load(text, beginsInput, continues);
        foreach (PreTokenizer step in _preTokenizers)
        {
            EncodingBudget.Charge(pieces.Text.Length + (16L * pieces.Pieces.Count));
            step.Apply(pieces);
        }

        foreach ((int start, int end) in pieces.Pieces)
        {
            _parts.Model.Encode(pieces.Text[start..end], _asBytes, work.Merger!, work.Output);
        }
    }

    /// <summary>What one encoding works in; a thread keeps its own.</summary>
    private sealed class Workspace
    {
        public readonly PieceBuffer Pieces = new();
        public readonly IdBuffer Output = new();
        public Tokenizer? Owner;
        public BytePairMerger? Merger;
    }
}
