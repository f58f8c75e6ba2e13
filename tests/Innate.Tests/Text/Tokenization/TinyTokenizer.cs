using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Text;
using Innate.Text.Tokenization;

namespace Innate.Tests.Text.Tokenization;

/// <summary>Small tokenizer.json texts, made part by part.</summary>
internal static class TinyTokenizer
{
    /// <summary>
    /// A tokenizer whose vocabulary is the given words in order (ids 0, 1, ...), with the merges "a b" given; the components are
    /// JSON texts.
    /// </summary>
    public static JsonObject Json(
        string[] vocabulary, string[] merges, string normalizer = "null", string preTokenizer = "null",
        string postProcessor = "null", string decoder = "null", string model = "{}", string addedTokens = "[]")
    {
        var vocab = new JsonObject();
        foreach (string token in vocabulary) vocab[token] = vocab.Count;
        var modelJson = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
        };
        foreach (KeyValuePair<string, JsonNode?> setting in JsonNode.Parse(model)!.AsObject())
        {
            modelJson[setting.Key] = setting.Value?.DeepClone();
        }

        modelJson["vocab"] = vocab;
        modelJson["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = JsonNode.Parse(addedTokens),
            ["normalizer"] = JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
            ["post_processor"] = JsonNode.Parse(postProcessor),
            ["decoder"] = JsonNode.Parse(decoder),
            ["model"] = modelJson,
        };
    }

    public static Tokenizer Load(JsonObject json, string config = "") =>
        Tokenizer.FromJson(Bytes(json), Encoding.UTF8.GetBytes(config));

    public static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(json);

    /// <summary>All characters of the text as tokens, in order of appearance, then the words.</summary>
    public static string[] Characters(string text, params string[] words) =>
        [.. text.EnumerateRunes().Select(r => r.ToString()).Distinct(), .. words];

    /// <summary>A byte-level tokenizer: all 256 bytes and a few merges, some across UTF-8 characters.</summary>
    public static JsonObject ByteLevel(string normalizer = "null", bool ignoreMerges = false)
    {
        string Map(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => ByteLevelAlphabet.CharOfByte[b]));
        string halfEmoji = Map("😀")[..2], restEmoji = Map("😀")[2..];
        string[] merges =
        [
            "t h", "th e", $"{Map(" ")} the", "a a", "aa aa", $"{Map(" ")} {Map(" ")}", $"{halfEmoji[..1]} {halfEmoji[1..]}",
            $"{restEmoji[..1]} {restEmoji[1..]}", $"{Map("é")[..1]} {Map("é")[1..]}", "' s",
        ];
        string[] vocabulary =
        [
            .. ByteLevelAlphabet.CharOfByte.Select(c => c.ToString()),
            .. merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal)),
        ];
        string added = $$"""
            [{"id":{{vocabulary.Length}},"content":"<s>","special":true,"normalized":false},
             {"id":{{vocabulary.Length + 1}},"content":"</s>","special":true,"normalized":false,"rstrip":false},
             {"id":{{vocabulary.Length + 2}},"content":"<｜中｜>","special":false,"normalized":false}]
            """;
        return Json(
            vocabulary, merges, normalizer,
            preTokenizer: """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
            decoder: """{"type":"ByteLevel"}""", model: $$"""{"ignore_merges":{{(ignoreMerges ? "true" : "false")}}}""",
            addedTokens: added);
    }

    /// <summary>A tokenizer as SentencePiece conversions are: '▁' for spaces, bytes for unknown characters.</summary>
    public static JsonObject Fallback(bool dummyPrefix = true)
    {
        string[] vocabulary =
        [
            "<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"),
            "▁", "t", "h", "e", "a", ">", "<", "/", "th", "the", "▁the", "▁▁", ">▁", ">▁<", "aa", "▁a",
        ];
        string replace = """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""";
        string normalizer = dummyPrefix
            ? $$"""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{{replace}}]}"""
            : replace;
        string strip = dummyPrefix ? """,{"type":"Strip","content":" ","start":1,"stop":0}""" : "";
        return Json(
            vocabulary, ["t h", "th e", "▁ the", "▁ ▁", "> ▁", ">▁ <", "a a", "▁ a"], normalizer,
            postProcessor: """
                {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                 {"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[],"special_tokens":{
                 "<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]},"</s>":{"id":"</s>","ids":[2],"tokens":["</s>"]}}}
                """,
            decoder: $$"""
                {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},
                 {"type":"Fuse"}{{strip}}]}
                """,
            model: """{"unk_token":"<unk>","fuse_unk":true,"byte_fallback":true}""",
            addedTokens: """
                [{"id":0,"content":"<unk>","special":true,"normalized":false},{"id":1,"content":"<s>","special":true,"normalized":false},
                 {"id":2,"content":"</s>","special":true,"normalized":false}]
                """);
    }
}
