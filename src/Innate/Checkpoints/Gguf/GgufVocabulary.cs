using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>What a token is; the numbers are the format's own.</summary>
internal enum GgufTokenKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>The tokens of a GGUF file, what each is, and those that begin, end and fill sequences.</summary>
internal sealed class GgufVocabulary
{
    private const string Prefix = "tokenizer.ggml.";

    // Texts that end a turn in some family (llama.cpp stops at them too): files name one of them by a key, seldom all.
    private static readonly HashSet<string> EndTexts = new(StringComparer.Ordinal)
    {
        "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|endoftext|>", "<|end_of_text|>",
        "<end_of_turn>", "<end_of_utterance>", "<｜end▁of▁sentence｜>", "</s>", "<eos>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
    };

    private readonly GgufTokenKind[] _kinds;
    private readonly int[] _ends;

    private GgufVocabulary(GgufMetadata keys)
    {
        Metadata = keys;
        Model = keys.Text(Prefix + "model");
        Tokens = keys.Texts(Prefix + "tokens");
        _kinds = ReadKinds();
        // sentencepiece's own defaults; the other kind has none.
        bool isPiece = Model == "llama";
        Beginning = Id("bos_token_id") ?? (isPiece ? Default(1) : null);
        End = Id("eos_token_id") ?? (isPiece ? Default(2) : null);
        Unknown = Id("unknown_token_id") ?? (isPiece ? Default(0) : null);
        Padding = Id("padding_token_id");
        _ends = FindEnds();
        // Whoever ends a turn is looked for in text, even where a file calls it normal.
        foreach (int id in _ends.Where(id => _kinds[id] == GgufTokenKind.Normal)) _kinds[id] = GgufTokenKind.Control;
    }

    /// <summary>The file's keys.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The kind of tokenizer: <c>gpt2</c>, <c>llama</c>, ...</summary>
    public string Model { get; }

    /// <summary>The tokens, by id.</summary>
    public GgufTexts Tokens { get; }

    /// <summary>The token that begins a sequence; null: none is named.</summary>
    public int? Beginning { get; }

    /// <summary>The token that ends a sequence; null: none is named.</summary>
    public int? End { get; }

    /// <summary>The token for what the vocabulary lacks; null: none is named.</summary>
    public int? Unknown { get; }

    /// <summary>The token that fills batches; null: none is named.</summary>
    public int? Padding { get; }

    /// <summary>All tokens that end a sequence, a turn or a message; <see cref="End"/> first.</summary>
    public IReadOnlyList<int> Ends => _ends;

    /// <summary>The vocabulary of a file; null where it has none.</summary>
    /// <exception cref="InputException">A key is missing or not what it should be.</exception>
    public static GgufVocabulary? Read(GgufMetadata keys) => IsIn(keys) ? new GgufVocabulary(keys) : null;

    /// <summary>Whether a file has a vocabulary.</summary>
    public static bool IsIn(GgufMetadata keys) => keys.OptionalText(Prefix + "model") is not (null or "none" or "no_vocab");

    /// <summary>What a token is; a number that is not known is as good as unused.</summary>
    public GgufTokenKind KindOf(int id) => _kinds[id];

    /// <summary>Whether a token is found in text as it stands, before it is cut: no normal one, unused one or byte.</summary>
    public bool IsFoundWhole(int id) =>
        _kinds[id] is GgufTokenKind.Control or GgufTokenKind.UserDefined or GgufTokenKind.Unknown;

    /// <summary>A token's text; one that is empty has a name that no text has.</summary>
    public string TextOf(int id) => Tokens[id].IsEmpty ? $"[EMPTY_{id}]" : Tokens.Text(id);

    /// <summary><c>eos_token_id</c>: null, an id, or several.</summary>
    public JsonNode? EndsAsJson() => Ends.Count switch
    {
        0 => null,
        1 => JsonValue.Create(Ends[0]),
        _ => new JsonArray([.. Ends.Select(id => JsonValue.Create(id))]),
    };

    private GgufTokenKind[] ReadKinds()
    {
        const string Key = Prefix + "token_type";
        GgufTokenKind[] kinds = new GgufTokenKind[Tokens.Count];
        if (!Metadata.Has(Key))
        {
            Array.Fill(kinds, GgufTokenKind.Normal);
            return kinds;
        }

        int[] numbers = Metadata.Wholes(Key);
        if (numbers.Length != kinds.Length) throw Metadata.Wrong(Key, $"one for each of {kinds.Length} tokens");
        for (int id = 0; id < kinds.Length; id++) kinds[id] = (GgufTokenKind)numbers[id];
        return kinds;
    }

    private int? Default(int id) => id < Tokens.Count ? id : null;

    // Minus one is how some writers say that there is none.
    private int? Id(string name)
    {
        string key = Prefix + name;
        if (Metadata.OptionalWhole(key, -1, uint.MaxValue) is not long id || id is -1 or uint.MaxValue) return null;
        return id < Tokens.Count ? (int)id : throw Metadata.Wrong(key, $"a token's id, below {Tokens.Count}");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // A pass over all tokens, once.
    private int[] FindEnds()
    {
        SortedSet<int> ends = [];
        Dictionary<string, int> byText = new(StringComparer.Ordinal);
        foreach (string key in (string[])["eos_token_id", "eot_token_id", "eom_token_id"])
        {
            if ((key == "eos_token_id" ? End : Id(key)) is int id) ends.Add(id);
        }

        for (int id = 0; id < Tokens.Count; id++)
        {
            ReadOnlySpan<byte> text = Tokens[id];
            if (text.Length is < 4 or > 40 || text[0] is not ((byte)'<' or (byte)'[' or (byte)'_')) continue;
            if (EndTexts.Contains(Tokens.Text(id)) && IsNoWord(id)) byText[Tokens.Text(id)] = id;
        }

        // Harmony (gpt-oss) closes every message with <|end|> and goes on.
        if (byText.ContainsKey("<|return|>") && byText.ContainsKey("<|call|>")) byText.Remove("<|end|>");
        ends.UnionWith(byText.Values);
        if (End is not int first) return [.. ends];
        ends.Remove(first);
        return [first, .. ends];
    }

    // "</s>" may be a piece of HTML in a vocabulary where it ends nothing, and then it is a normal token. Texts with a bar inside
    // are nobody's words: they end turns even where a file calls them normal.
    private bool IsNoWord(int id) =>
        KindOf(id) != GgufTokenKind.Normal || Tokens[id].StartsWith("<|"u8) || Tokens[id].StartsWith("<｜"u8)
        || Tokens[id].StartsWith("<end_of_"u8);
}
