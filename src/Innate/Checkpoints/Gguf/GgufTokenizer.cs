using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// tokenizer.json of a GGUF file's vocabulary: byte-level BPE (<c>gpt2</c>) with its merges, or sentencepiece's (<c>llama</c>)
/// with scores.
/// </summary>
internal sealed class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly GgufVocabulary _vocabulary;
    private readonly GgufMetadata _keys;

    // Null for sentencepiece, which does not cut text.
    private readonly GgufPreTokenizer? _words;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <exception cref="InputException">A key is missing, not what it should be, or of a kind that is not supported.</exception>
    public GgufTokenizer(GgufVocabulary vocabulary)
    {
        (_vocabulary, _keys) = (vocabulary, vocabulary.Metadata);
        bool isPieces = vocabulary.Model == "llama";
        if (!isPieces)
        {
            if (vocabulary.Model != "gpt2")
            {
                throw _keys.Wrong(Prefix + "model", "'gpt2' (byte-level BPE) or 'llama' (sentencepiece)");
            }

            const string Pre = Prefix + "pre";
            _words = GgufPreTokenizer.Of(_keys.Text(Pre))
                ?? throw _keys.Wrong(Pre, "the name of a way to cut words that Innate knows");
        }

        AddsSpace = isPieces && (_keys.OptionalFlag(Prefix + "add_space_prefix") ?? true);
        AddsBeginning = Adds("add_bos_token", vocabulary.Beginning, _words?.AddsBeginning ?? true);
        AddsEnd = Adds("add_eos_token", vocabulary.End, otherwise: false);
    }

    /// <summary>Whether the token that begins a sequence is put before a text.</summary>
    public bool AddsBeginning { get; }

    /// <summary>Whether the token that ends a sequence is put behind a text.</summary>
    public bool AddsEnd { get; }

    /// <summary>Whether a space goes before a text (sentencepiece).</summary>
    private bool AddsSpace { get; }

    /// <summary>The bytes of tokenizer.json.</summary>
    /// <param name="forTransformers">
    /// Sentencepiece's scores as merges, which transformers reads; else as scores, which say all (tokens of equal score are
    /// joined from the left) and are read faster.
    /// </param>
    /// <exception cref="InputException">A key is missing or not what it should be.</exception>
    public byte[] Json(bool forTransformers)
    {
        ArrayBufferWriter<byte> buffer = new(1 << 20);
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteAddedTokens(json);
            Write(json, "normalizer", _words is null ? GgufTokenizerSteps.Normalizer(AddsSpace) : null);
            Write(json, "pre_tokenizer", _words is null ? null : GgufTokenizerSteps.PreTokenizer(_words));
            Write(json, "post_processor", GgufTokenizerSteps.PostProcessor(
                AddsBeginning ? Token(_vocabulary.Beginning) : null, AddsEnd ? Token(_vocabulary.End) : null));
            Write(json, "decoder", _words is null
                ? GgufTokenizerSteps.PieceDecoder(AddsSpace) : GgufTokenizerSteps.ByteLevel(usesRegex: true));
            WriteModel(json, forTransformers);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private bool Adds(string name, int? token, bool otherwise)
    {
        string key = Prefix + name;
        bool adds = _keys.OptionalFlag(key) ?? otherwise;
        if (!adds || token is not null) return adds;
        throw new InputException(
            $"{_keys.File}: key '{key}': expected false, since no key names such a token, found "
            + $"{(_keys.Has(key) ? "true" : "nothing, which is true here")}.");
    }

    private (int Id, string Text)? Token(int? id) => id is int known ? (known, _vocabulary.TextOf(known)) : null;

    private static void Write(Utf8JsonWriter json, string name, JsonObject? component)
    {
        json.WritePropertyName(name);
        if (component is null) json.WriteNullValue();
        else component.WriteTo(json);
    }

    private void WriteAddedTokens(Utf8JsonWriter json)
    {
        bool isPhi = IsPhi3();
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < _vocabulary.Tokens.Count; id++)
        {
            if (!_vocabulary.IsFoundWhole(id)) continue;
            string text = _vocabulary.TextOf(id);
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", text);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", isPhi && text is not ("<unk>" or "<s>" or "<|endoftext|>"));
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", _vocabulary.KindOf(id) != GgufTokenKind.UserDefined);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Phi-3's tokens take the white space behind them, which no key says: llama.cpp knows the model by its name too.
    private bool IsPhi3() => _keys.OptionalText("general.name") is { } name
        && (name.Contains("phi-3", StringComparison.OrdinalIgnoreCase)
            || name.Contains("phi3", StringComparison.OrdinalIgnoreCase));

    private void WriteModel(Utf8JsonWriter json, bool forTransformers)
    {
        bool isPieces = _words is null;
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", Token(_vocabulary.Unknown)?.Text);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", isPieces);
        json.WriteBoolean("byte_fallback", isPieces);
        json.WriteBoolean("ignore_merges", _words?.IgnoresMerges ?? false);
        WriteTokens(json);
        if (!isPieces) WriteMerges(json);
        else if (forTransformers) GgufScores.WriteMerges(json, _vocabulary);
        else GgufScores.WriteScores(json, _vocabulary);
        json.WriteEndObject();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Nearly all of the file, written once.
    private void WriteTokens(Utf8JsonWriter json)
    {
        GgufJson vocab = new();
        vocab.Bracket('{');
        for (int id = 0; id < _vocabulary.Tokens.Count; id++)
        {
            ReadOnlySpan<byte> text = _vocabulary.Tokens[id];
            if (!Utf8.IsValid(text))
            {
                throw new InputException(
                    $"{_keys.File}: key '{Prefix}tokens': expected texts in UTF-8, found bytes that are none as token {id}.");
            }

            vocab.Text(text.IsEmpty ? Encoding.UTF8.GetBytes(_vocabulary.TextOf(id)) : text);
            vocab.Value(id);
        }

        vocab.Bracket('}');
        json.WritePropertyName("vocab");
        json.WriteRawValue(vocab.Written, skipInputValidation: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Nearly all of the file, written once.
    private void WriteMerges(Utf8JsonWriter json)
    {
        const string Key = Prefix + "merges";
        GgufTexts merges = _keys.Texts(Key);
        GgufJson list = new();
        list.Bracket('[');
        for (int i = 0; i < merges.Count; i++)
        {
            ReadOnlySpan<byte> merge = merges[i];
            if (!Utf8.IsValid(merge) || merge.Count((byte)' ') != 1)
            {
                throw new InputException(
                    $"{_keys.File}: key '{Key}': expected two tokens with a space between as merge {i}, found "
                    + $"'{merges.Text(i)}'.");
            }

            list.Text(merge);
        }

        list.Bracket(']');
        json.WritePropertyName("merges");
        json.WriteRawValue(list.Written, skipInputValidation: true);
    }
}
