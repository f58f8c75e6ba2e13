using System.Text;
using Innate.Checkpoints;
using Innate.Text;
using Innate.Tests.Support;
using Innate.Tests.Text.Tokenization;

namespace Innate.Tests.Fuzz;

/// <summary>Inputs that fuzzing found, each cut down to what matters: files of models are not trusted.</summary>
public sealed class FoundInputsTests
{
    // 0xD5 begins a character that does not go on.
    private const string Half = "\u00D5";

    /// <summary>The message quoted a value whose bytes could not be read, and what escaped was no InputException.</summary>
    [Theory]
    [InlineData("{\"additional_special_tokens\":[{\"con" + Half + "ent\":\"<b>\"}]}")]
    [InlineData("{\"bos_token\":{\"content\":\"<s>" + Half + "\"}}")]
    [InlineData("{\"bos_token\":[\"" + Half + "\"]}")]
    public void A_tokenizer_config_of_bytes_that_are_no_text_is_refused_by_name(string json)
    {
        InputException fault = Assert.Throws<InputException>(
            () => Tokenizer.FromJson(TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()), Encoding.Latin1.GetBytes(json)));
        Assert.Equal("tokenizer_config.json is not valid UTF-8 text.", fault.Message);
    }

    /// <summary>A name that holds half of a surrogate pair surfaced where the object's names were read.</summary>
    [Theory]
    [InlineData("""{"added_tokens_decoder":{"\ud800":{"content":"x"}}}""")]
    [InlineData("""{"bos_token":{"\ud800":1,"content":"x"},"eos_token":{"con\ud800":"y"}}""")]
    public void Names_of_half_a_character_are_refused_in_a_tokenizer_config(string json)
    {
        InputException fault = Assert.Throws<InputException>(
            () => Tokenizer.FromJson(TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()), Encoding.UTF8.GetBytes(json)));
        Assert.StartsWith("tokenizer_config.json: ", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The same where the chat template is sought: in special tokens and in the names around them.</summary>
    [Theory]
    [InlineData("""{"chat_template":"{{ bos_token }}","bos_token":"\ud800"}""")]
    [InlineData("""{"chat_template":"x","extra_special_tokens":{"\udc00":"y"}}""")]
    public void A_chat_template_among_halves_of_characters_is_refused_with_its_file(string json)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["tokenizer_config.json"], json);
        InputException fault = Assert.Throws<InputException>(() => ChatTemplate.Load(folder.Path));
        Assert.Contains("holds half of a surrogate pair", fault.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer_config.json", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Nineteen steps that each write two bytes' characters for one asked for half a gigabyte.</summary>
    [Fact]
    public void A_tokenizer_whose_steps_double_the_text_again_and_again_ends_in_a_sentence()
    {
        string step = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""";
        string json = Encoding.UTF8.GetString(TinyTokenizer.Bytes(TinyTokenizer.ByteLevel()));
        var tokenizer = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        tokenizer["pre_tokenizer"] = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', Enumerable.Repeat(step, 19))}}]}""");
        Tokenizer read = Tokenizer.FromJson(Encoding.UTF8.GetBytes(tokenizer.ToJsonString()), null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException fault = Assert.Throws<InputException>(() => read.Encode("naïve café, 東京 and ümläut"));
        Assert.Contains("does too much work", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    /// <summary>A setting's value without end was quoted whole, each of its controls as an escape.</summary>
    [Fact]
    public void A_value_without_end_is_quoted_by_its_beginning_and_its_end()
    {
        InputException fault = new("Reward", "one of endogenous, entropy", $"'endo{new string('\u001b', 20_000)}genous'");
        Assert.InRange(fault.Message.Length, 1000, 12_100);
        Assert.EndsWith("genous'.", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>A small file of many expressions took half a minute to compile, and gigabytes.</summary>
    [Theory]
    [InlineData("rank_pattern")]
    [InlineData("alpha_pattern")]
    public void An_adapter_with_thousands_of_regular_expressions_is_refused(string key)
    {
        using TemporaryFolder folder = new();
        IEnumerable<string> expressions = Enumerable.Range(0, 4000).Select(i => $"{i}(.x){{0,500}}y");
        File.WriteAllText(folder[AdapterConfigFile.Name], Adapter(key, expressions));
        InputException fault = Assert.Throws<InputException>(() => AdapterConfigFile.Read(folder[AdapterConfigFile.Name]));
        Assert.Contains($"key '{key}': expected at most 64 regular expressions", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Paths need no engine, and so there may be as many as there are modules.</summary>
    [Fact]
    public void An_adapter_with_thousands_of_paths_is_read()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(
            folder[AdapterConfigFile.Name],
            Adapter("rank_pattern", Enumerable.Range(0, 4000).Select(i => $"layers.{i}.self_attn.q_proj").Append("mlp.up_pro.")));
        AdapterConfig config = AdapterConfigFile.Read(folder[AdapterConfigFile.Name]);
        Assert.True(config.RankPattern.All(p => p.Pattern.IsPlain));
        string[] ranked =
            ["layers.7.self_attn.q_proj", "model.layers.3999.self_attn.q_proj", "layersx7.self_attn.q_proj", "mlp.up_proj"];
        string[] unranked =
            ["xlayers.7.self_attn.q_proj", "layers.4000.self_attn.q_proj", "layers.7.self_attn.q_proj.x", "q_proj", "mlp.up_pro"];
        Assert.All(ranked, path => Assert.Equal(2, config.RankOf(path)));
        Assert.All(unranked, path => Assert.Equal(4, config.RankOf(path)));
    }

    /// <summary>A name out of a model's file cleared the terminal, and another filled it.</summary>
    [Fact]
    public void What_a_file_says_neither_breaks_a_message_nor_commands_the_terminal()
    {
        using TemporaryFolder folder = new();
        string pages = new('x', 100_000);
        File.WriteAllText(
            folder["tokenizer_config.json"],
            $$"""{"chat_template":[{"name":"a\n\u001b[2J{{pages}}","template":"x"},{"name":"b","template":"y"}]}""");
        ChatTemplate template = ChatTemplate.Load(folder.Path)!;
        InputException fault = Assert.Throws<InputException>(() => template.Render([new ConversationMessage("user", "Hi")]));
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.Contains("a\\n\\u001b[2Jxxx", fault.Message, StringComparison.Ordinal);
        Assert.InRange(fault.Message.Length, 1000, 3000);
    }

    private static string Adapter(string key, IEnumerable<string> patterns) => $$$"""
        {"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],
         "{{{key}}}":{{{{string.Join(',', patterns.Select(p => $"\"{p}\":2"))}}}}
        }
        """;
}
