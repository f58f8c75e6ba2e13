using System.Text.Json.Nodes;

namespace Innate.Text.Tokenization;

/// <summary>
/// A new byte-level BPE tokenizer as Hugging Face's files: ids 0 to 255 are the bytes, then come merged tokens, then
/// <c>&lt;|endoftext|&gt;</c>, <c>&lt;|im_start|&gt;</c>, <c>&lt;|im_end|&gt;</c>. Its chat template is ChatML; any role may
/// speak, system too.
/// </summary>
internal sealed class NewTokenizer
{
    /// <summary>The bytes and the special tokens.</summary>
    public const int SmallestVocabulary = 256 + 3;

    private const string ChatTemplate =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private static readonly string[] Special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

    private readonly TrainedPairs _pairs;

    private NewTokenizer(TrainedPairs pairs) => _pairs = pairs;

    /// <summary>Tokens in all.</summary>
    public int Count => _pairs.Tokens.Count + Special.Length;

    /// <summary>The id of <c>&lt;|endoftext|&gt;</c>, which also fills batches.</summary>
    public int EndOfTextId => _pairs.Tokens.Count;

    /// <summary>The id of <c>&lt;|im_end|&gt;</c>, which ends a turn and a sequence.</summary>
    public int EndOfTurnId => _pairs.Tokens.Count + 2;

    /// <summary>A token a byte.</summary>
    public static NewTokenizer OfBytes() => new(BytePairTrainer.Train([], 256));

    /// <summary>Merges learned from text.</summary>
    /// <param name="texts">The text.</param>
    /// <param name="vocabulary">
    /// Tokens in all, at least <see cref="SmallestVocabulary"/>; fewer where the text gives no more.
    /// </param>
    /// <param name="cancellation">Stops between texts and merges.</param>
    public static NewTokenizer Train(IEnumerable<string> texts, int vocabulary, CancellationToken cancellation = default) =>
        new(BytePairTrainer.Train(texts, vocabulary - Special.Length, cancellation));

    /// <summary>The bytes of tokenizer.json.</summary>
    public byte[] TokenizerJson()
    {
        string[] texts = [.. _pairs.Tokens.Select(t => string.Concat(t.Select(b => ByteLevelAlphabet.CharOfByte[b])))];
        JsonObject vocabulary = [];
        for (int id = 0; id < texts.Length; id++) vocabulary[texts[id]] = id;
        return JsonBytes.Indented(
            new JsonObject
            {
                ["version"] = "1.0",
                ["truncation"] = null,
                ["padding"] = null,
                ["added_tokens"] = new JsonArray([.. Special.Select((text, i) => AddedToken(text, EndOfTextId + i))]),
                ["normalizer"] = null,
                ["pre_tokenizer"] = new JsonObject
                {
                    ["type"] = "Sequence",
                    ["pretokenizers"] = new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "Split",
                            ["pattern"] = new JsonObject { ["Regex"] = BytePairTrainer.Pattern },
                            ["behavior"] = "Isolated",
                            ["invert"] = false,
                        },
                        ByteLevel()),
                },
                ["post_processor"] = null,
                ["decoder"] = ByteLevel(),
                ["model"] = new JsonObject
                {
                    ["type"] = "BPE",
                    ["dropout"] = null,
                    ["unk_token"] = null,
                    ["continuing_subword_prefix"] = null,
                    ["end_of_word_suffix"] = null,
                    ["fuse_unk"] = false,
                    ["byte_fallback"] = false,
                    ["ignore_merges"] = false,
                    ["vocab"] = vocabulary,
                    // No token's text holds a space: the older form is exact, and every reader knows it.
                    ["merges"] = new JsonArray(
                        [.. _pairs.Merges.Select(m => JsonValue.Create($"{texts[m.Left]} {texts[m.Right]}"))]),
                },
            });
    }

    /// <summary>The bytes of tokenizer_config.json.</summary>
    /// <param name="maxPositions">The model's longest context, in tokens.</param>
    public static byte[] ConfigJson(int maxPositions) => JsonBytes.Indented(
        new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = null,
            ["eos_token"] = "<|im_end|>",
            ["pad_token"] = "<|endoftext|>",
            ["unk_token"] = null,
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = maxPositions,
            ["chat_template"] = ChatTemplate,
        });

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = false,
        ["use_regex"] = false,
    };

    private static JsonObject AddedToken(string text, int id) => new()
    {
        ["id"] = id,
        ["content"] = text,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
