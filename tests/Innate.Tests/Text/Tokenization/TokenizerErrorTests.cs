using System.Text;
using System.Text.Json.Nodes;
using Innate.Text;

namespace Innate.Tests.Text.Tokenization;

/// <summary>What is refused, and the sentence that says so.</summary>
public sealed class TokenizerErrorTests
{
    [Theory]
    [InlineData("model.type", "\"Unigram\"", "tokenizer.json: model.type 'Unigram' is not supported (supported: BPE).")]
    [InlineData("model.dropout", "0.1", "tokenizer.json: model.dropout is not supported")]
    [InlineData("model.unk_token", "\"zzz\"", "tokenizer.json: model.unk_token 'zzz' is not in model.vocab.")]
    [InlineData("model.fuse_unk", "1", "tokenizer.json: model.fuse_unk should be true or false, but is 1.")]
    [InlineData("model.vocab.a", "-1", "tokenizer.json: model.vocab['a'] should be a whole number from 0 to")]
    [InlineData("model.vocab.a", "99999999", "tokenizer.json: model.vocab['a'] should be a whole number from 0 to")]
    [InlineData("model.merges", "[\"a z\"]", "tokenizer.json: model.merges[0] 'a z' names 'z', which is not in model.vocab.")]
    [InlineData(
        "model.merges", "[\"a b\",[\"b\",\"a\"]]",
        "tokenizer.json: model.merges[1] 'b a' makes 'ba', which is not in model.vocab.")]
    [InlineData("model.merges", "[\"ab\"]", "tokenizer.json: model.merges[0] should be two tokens")]
    [InlineData("model.merges", "[[\"a\"]]", "tokenizer.json: model.merges[0] should be two tokens")]
    [InlineData("model.merges", "null", "tokenizer.json: model.merges should be an array.")]
    [InlineData("model.scores", "{}", "tokenizer.json: model.scores should be an array.")]
    [InlineData("model.scores", "[0, 1]", "tokenizer.json: model.scores: expected a number for each id up to 2, found 2.")]
    [InlineData("model.scores", "[0, \"1\"]", "tokenizer.json: model.scores[1]: expected a number")]
    [InlineData("model", "[]", "tokenizer.json: model should be an object.")]
    [InlineData("normalizer", "{\"type\":\"Precompiled\"}",
        "tokenizer.json: normalizer.type 'Precompiled' is not supported (supported: NFC,")]
    [InlineData("normalizer", "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Nmt\"}]}",
        "tokenizer.json: normalizer.normalizers[0].type 'Nmt' is not supported")]
    [InlineData("normalizer", "{}", "tokenizer.json: normalizer.type should be a string, but is nothing.")]
    [InlineData("normalizer", "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(\"},\"content\":\"\"}",
        "tokenizer.json: normalizer.pattern.Regex '(' has an unclosed group")]
    [InlineData(
        "pre_tokenizer", "{\"type\":\"UnicodeScripts\"}", "tokenizer.json: pre_tokenizer.type 'UnicodeScripts' is not supported")]
    [InlineData("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"},\"behavior\":\"Odd\"}",
        "tokenizer.json: pre_tokenizer.behavior 'Odd' is not supported")]
    [InlineData("post_processor", "{\"type\":\"Odd\"}", "tokenizer.json: post_processor.type 'Odd' is not supported")]
    [InlineData("post_processor",
        "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"q\"}}],\"special_tokens\":{}}",
        "tokenizer.json: post_processor.single[0].SpecialToken.id 'q' is not among special_tokens.")]
    [InlineData("decoder", "{\"type\":\"WordPiece\"}", "tokenizer.json: decoder.type 'WordPiece' is not supported")]
    [InlineData("decoder", "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Fuse\"},{\"type\":\"ByteFallback\"}]}",
        "tokenizer.json: decoder.decoders[1] 'ByteFallback' after a decoder that joins tokens is not supported.")]
    [InlineData("added_tokens", "[{\"id\":9,\"content\":\"a\"}]",
        "tokenizer.json: added_tokens[0].id is 9, but model.vocab gives 'a' the id 0.")]
    [InlineData("added_tokens", "[{\"id\":9,\"content\":\"x\"},{\"id\":9,\"content\":\"y\"}]",
        "tokenizer.json: added_tokens[1].id is 9, which 'x' has already.")]
    [InlineData("added_tokens", "[7]", "tokenizer.json: added_tokens[0] should be an object, but is 7.")]
    public void The_message_names_file_field_and_finding(string path, string value, string message)
    {
        JsonObject json = TinyTokenizer.Json(["a", "b", "ab"], ["a b"]);
        string[] keys = path.Split('.');
        JsonNode parent = json;
        foreach (string key in keys[..^1]) parent = parent[key]!;
        parent[keys[^1]] = JsonNode.Parse(value);
        InputException e = Assert.Throws<InputException>(() => TinyTokenizer.Load(json));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "tokenizer.json: expected JSON")]
    [InlineData("[]", "tokenizer.json should hold an object.")]
    [InlineData("{}", "tokenizer.json has no model.")]
    [InlineData("{\"model\":{\"type\":\"BPE\"}}", "tokenizer.json: model.vocab is missing.")]
    [InlineData("{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}", "tokenizer.json: model.merges is missing.")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}", "tokenizer.json: model.vocab has 'a' twice.")]
    [InlineData(
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0.5]]}}", "tokenizer.json: model.type 'Unigram' is not supported")]
    [InlineData("{\"model\":{\"vocab\":{\"\\ud800\":0}}}", "tokenizer.json holds a string that is not valid Unicode text")]
    public void Broken_files_are_named(string json, string message)
    {
        InputException e = Assert.Throws<InputException>(() => Tokenizer.FromJson(Encoding.UTF8.GetBytes(json)));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Contains("not valid UTF-8", Assert.Throws<InputException>(() => Tokenizer.FromJson([0x7B, 0xFF, 0x7D])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named_with_its_folder()
    {
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        InputException e = Assert.Throws<InputException>(() => Tokenizer.Load(folder));
        Assert.Contains(Path.Combine(folder, "tokenizer.json"), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"bos_token\":5}", "tokenizer_config.json: bos_token should be a string, but is 5.")]
    [InlineData("{\"bos_token\":{\"content\":5}}", "tokenizer_config.json: bos_token.content should be a string, but is 5.")]
    [InlineData("{\"bos_token\"", "tokenizer_config.json: expected JSON")]
    [InlineData("3", "tokenizer_config.json should hold an object.")]
    public void Broken_configs_are_named(string config, string message)
    {
        InputException e = Assert.Throws<InputException>(
            () => TinyTokenizer.Load(TinyTokenizer.Json(["a"], []), config));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }
}
