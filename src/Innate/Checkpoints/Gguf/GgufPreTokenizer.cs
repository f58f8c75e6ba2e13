namespace Innate.Checkpoints.Gguf;

/// <summary>
/// How a byte-level vocabulary cuts text into words, by the name that <c>tokenizer.ggml.pre</c> gives it: llama.cpp's table of
/// names, with the expressions of the tokenizers that they were made from.
/// </summary>
/// <param name="Splits">Regular expressions, one after another: each cuts the pieces of the one before at its matches.</param>
/// <param name="Gpt2">Whether GPT-2's own expression follows.</param>
/// <param name="Digits">Whether every digit is cut off first.</param>
/// <param name="IgnoresMerges">Whether a word that is a token is that token, whatever the merges say.</param>
/// <param name="AddsBeginning">Whether the token that begins a sequence is added where no key says so.</param>
internal sealed record GgufPreTokenizer(
    IReadOnlyList<string> Splits, bool Gpt2 = false, bool Digits = false, bool IgnoresMerges = false, bool AddsBeginning = false)
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

    private const string Gpt2Expression =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Llama3 =
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2 =
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen35 = Contractions
        + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Heads = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";

    private const string O200k =
        Heads + @"*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contractions + "?|"
        + Heads + @"+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contractions + "?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Tekken =
        Heads + @"*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|" + Heads + @"+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Bailing =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    private const string SeedCoder = Contractions
        + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Minicpm5 = Contractions
        + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string DeepseekV3 = @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
        + @"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // Letters with case, as deepseek-llm's tokenizer.json spells them out.
    private const string CasedLetters =
        "\\s?[A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373"
        + "\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481"
        + "\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B"
        + "\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B"
        + "\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB"
        + "\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128"
        + "\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4"
        + "\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF"
        + "\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A\U00010400-\U0001044F\U000104B0-\U000104D3"
        + "\U000104D8-\U000104FB\U00010C80-\U00010CB2\U00010CC0-\U00010CF2\U000118A0-\U000118DF\U0001E900-\U0001E943]+";

    private const string Ideographs = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

    private const string Kana = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

    private const string Marks = "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+";

    private const string WithoutMarks = " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

    private static readonly GgufPreTokenizer Gpt2Words = new([], Gpt2: true);

    private static readonly GgufPreTokenizer DigitsApart = new([], Gpt2: true, Digits: true);

    /// <summary>A name for each way of cutting words: of those that mean the same, the one that most files have.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "gpt-2", "llama-bpe", "qwen2", "gpt-4o", "smollm", "tekken", "dbrx", "qwen35", "deepseek-llm", "deepseek-coder",
        "deepseek-v3", "falcon", "bailingmoe", "seed-coder", "minicpm5", "bloom", "viking", "default",
    ];

    /// <summary>What a name means; null: it is not known.</summary>
    public static GgufPreTokenizer? Of(string name) => name switch
    {
        "gpt-2" or "phi-2" or "jina-es" or "jina-de" or "jina-v2-es" or "jina-v2-de" or "gigachat" or "a.x-4.0" or "mellum"
            or "exaone4" or "mpt" or "olmo" or "jais" or "trillion" or "granite-docling" => Gpt2Words,
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" or "mellum2" => DigitsApart,
        "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "falcon-h1" or "pixtral" or "midm-2.0" or "lfm2" =>
            new([Llama3], IgnoresMerges: true, AddsBeginning: true),
        "dbrx" or "smaug-bpe" or "glm4" or "chatglm-bpe" => new([Llama3]),
        "qwen2" or "deepseek-r1-qwen" or "kormo" or "megrez" or "stablelm2" or "hunyuan" or "solar-open" or "grok-2" =>
            new([Qwen2]),
        "qwen35" => new([Qwen35]),
        "gpt-4o" or "llama4" or "kanana2" or "minimax-m2" => new([O200k]),
        "tekken" => new([Tekken], IgnoresMerges: true, AddsBeginning: true),
        "bailingmoe" or "bailingmoe2" or "llada-moe" => new([Bailing]),
        "seed-coder" => new([SeedCoder]),
        "minicpm5" => new([@"\p{N}{1,3}", Minicpm5], IgnoresMerges: true),
        "deepseek-llm" => new([@"[\r\n]", CasedLetters, Marks, @"\s+$", Ideographs, @"\p{N}+"]),
        "deepseek-coder" => new([@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", Ideographs, @"\p{N}"]),
        "deepseek-v3" or "hunyuan-dense" or "joyai-llm" => new([@"\p{N}{1,3}", Kana, DeepseekV3]),
        "falcon" => new([@"[\p{P}\$\+<=>\^~\|`]+", Gpt2Expression, "[0-9][0-9][0-9]"]),
        "default" => new([@"[\p{P}\$\+<=>\^~\|]+", Gpt2Expression, @"\p{N}+", "[0-9][0-9][0-9]"]),
        "poro-chat" or "bloom" or "gpt3-finnish" => new([WithoutMarks]),
        "viking" => new([WithoutMarks, @"\p{N}"]),
        _ => null,
    };
}
