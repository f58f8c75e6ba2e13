using System.Text.Json.Nodes;

namespace Innate.Checkpoints.Gguf;

/// <summary>The small components of tokenizer.json: what happens to text before and behind the model.</summary>
internal static class GgufTokenizerSteps
{
    private const string Meta = "▁";

    /// <summary>Sentencepiece's normalizer: spaces become marks, and one may go before the text.</summary>
    public static JsonObject Normalizer(bool addsSpace)
    {
        JsonArray steps = [Replace(" ", Meta)];
        if (addsSpace) steps.Insert(0, new JsonObject { ["type"] = "Prepend", ["prepend"] = Meta });
        return new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps };
    }

    /// <summary>Sentencepiece's decoder: marks become spaces, bytes characters, and the first space may go.</summary>
    public static JsonObject PieceDecoder(bool addsSpace)
    {
        JsonObject bytes = new() { ["type"] = "ByteFallback" }, fuse = new() { ["type"] = "Fuse" };
        JsonArray steps = [Replace(Meta, " "), bytes, fuse];
        if (addsSpace)
        {
            steps.Add((JsonNode)new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        }

        return new JsonObject { ["type"] = "Sequence", ["decoders"] = steps };
    }

    /// <summary>The cutting of text into words.</summary>
    public static JsonObject PreTokenizer(GgufPreTokenizer words)
    {
        JsonArray steps = [];
        if (words.Digits) steps.Add((JsonNode)new JsonObject { ["type"] = "Digits", ["individual_digits"] = true });
        foreach (string split in words.Splits)
        {
            steps.Add((JsonNode)new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = split },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            });
        }

        steps.Add((JsonNode)ByteLevel(words.Gpt2));
        return new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = steps };
    }

    /// <summary>The byte-level alphabet, as a step or as a decoder.</summary>
    public static JsonObject ByteLevel(bool usesRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = usesRegex,
    };

    /// <summary>The tokens around a text; null: none.</summary>
    /// <param name="first">The token before it, with its text.</param>
    /// <param name="last">The token behind it, with its text.</param>
    public static JsonObject? PostProcessor((int Id, string Text)? first, (int Id, string Text)? last)
    {
        if (first is null && last is null) return null;
        JsonObject tokens = [];
        if (first is { } before) tokens[before.Text] = Special(before);
        if (last is { } after) tokens[after.Text] = Special(after);
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = Around(first, last, "A"),
            ["pair"] = Around(first, last, "A", "B"),
            ["special_tokens"] = tokens,
        };
    }

    private static JsonArray Around((int Id, string Text)? first, (int Id, string Text)? last, params string[] texts)
    {
        JsonArray parts = [];
        for (int i = 0; i < texts.Length; i++)
        {
            if (first is { } before) parts.Add((JsonNode)Part("SpecialToken", before.Text, i));
            parts.Add((JsonNode)Part("Sequence", texts[i], i));
            if (last is { } after) parts.Add((JsonNode)Part("SpecialToken", after.Text, i));
        }

        return parts;
    }

    private static JsonObject Part(string kind, string id, int type) =>
        new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = type } };

    private static JsonObject Special((int Id, string Text) token) => new()
    {
        ["id"] = token.Text,
        ["ids"] = new JsonArray(token.Id),
        ["tokens"] = new JsonArray(token.Text),
    };

    private static JsonObject Replace(string from, string to) => new()
    {
        ["type"] = "Replace",
        ["pattern"] = new JsonObject { ["String"] = from },
        ["content"] = to,
    };
}
