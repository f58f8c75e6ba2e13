using Innate.Text;

namespace Innate.Tests.Cli;

public class ChatFormatTests
{
    private const string Template =
        "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>\\n{% endfor %}{% if "
        + "add_generation_prompt %}<|assistant|>{% endif %}{% if mood %}{{ mood }}{% endif %}";

    [Fact]
    public void The_prompt_is_the_rendered_template_and_the_response_its_text_and_the_end_of_turn()
    {
        using TemporaryFolder folder = Folder(Template);
        ChatFormat format = Format(folder);
        Assert.Equal("<s><|user|>ab<|end|>\n<|assistant|>", format.RenderPrompt("ab"));
        Assert.Equal(["<s>", "<|user|>", "a", "b", "<|end|>", "\n", "<|assistant|>"], Tokens(folder, format.EncodePrompt("ab").Ids));
        Assert.Equal(["b", "a", "<|end|>"], Tokens(folder, format.ResponseIds("ab", "ba")));
        Assert.Contains(
            "empty", Assert.Throws<InputException>(() => format.ResponseIds("ab", "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_system_option_is_added_or_replaces_the_first_message()
    {
        using TemporaryFolder folder = Folder(Template);
        ChatFormat format = Format(folder, new ChatFormatOptions { System = "a" });
        Assert.Equal("<s><|system|>a<|end|>\n<|user|>b<|end|>\n<|assistant|>", format.RenderPrompt("b"));
        Assert.Equal(
            format.RenderPrompt("b"),
            format.RenderPrompt([new ConversationMessage("system", "b"), new ConversationMessage("user", "b")]));
    }

    [Fact]
    public void Variables_reach_the_template()
    {
        using TemporaryFolder folder = Folder(Template);
        ChatFormat format = Format(
            folder, new ChatFormatOptions { Variables = new Dictionary<string, string> { ["mood"] = "ab" } });
        Assert.EndsWith("<|assistant|>ab", format.RenderPrompt("b"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_template_writes_no_special_token_the_eos_ends_a_turn()
    {
        using TemporaryFolder folder = Folder("{% for m in messages %}{{ m.content }}\\n{% endfor %}");
        Assert.Equal(["a", "</s>"], Tokens(folder, Format(folder).ResponseIds("ab", "a")));
    }

    [Theory]
    [InlineData("{% if messages[0].role != 'system' %}{{ raise_exception('system first') }}{% endif %}", "<|end|>")]
    [InlineData("{% for m in messages %}{% if m.role == 'assistant' %}{{ raise_exception('users only') }}{% endif %}{% endfor %}",
        "</s>")]
    public void A_template_that_refuses_the_probe_is_no_rows_fault(string refusal, string end)
    {
        using TemporaryFolder folder = Folder(refusal + Template);
        ChatFormat format = Format(folder);
        EncodedPrompt prompt =
            format.EncodePrompt([new ConversationMessage("system", "b"), new ConversationMessage("user", "ab")]);
        Assert.Equal(["a", end], Tokens(folder, format.EncodeResponse(prompt, "a").Ids));
    }

    [Fact]
    public void Raw_encodes_the_prompt_with_the_tokenizers_special_tokens_and_the_response_with_none()
    {
        using TemporaryFolder folder = Folder(null);
        ChatFormat format = Format(folder, new ChatFormatOptions { Raw = true });
        Assert.Equal(["<s>", "a", "b"], Tokens(folder, format.EncodePrompt("ab").Ids));
        Assert.Equal(["b"], Tokens(folder, format.ResponseIds("ab", "b")));
        Assert.Null(format.EndOfTurnId);
        Assert.Contains(
            "which raw encoding bypasses",
            Assert.Throws<InputException>(() => format.EncodePrompt([new ConversationMessage("user", "a")])).Message,
            StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Format(folder, new ChatFormatOptions { Raw = true, System = "x" }));
    }

    [Fact]
    public void A_model_without_a_template_is_an_error_that_names_raw()
    {
        using TemporaryFolder folder = Folder(null);
        Assert.Contains("Raw: expected on", Assert.Throws<InputException>(() => Format(folder)).Message,
            StringComparison.Ordinal);
        CliResult result = Cli.Run(["score", "--model", folder.Path], """{"prompt":"a","response":"b"}""");
        Assert.Equal(2, result.Code);
        Assert.Contains("--raw", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("""{"prompt":"ab","response":"a"}""", "reward")]
    [InlineData("""{"messages":[{"role":"user","content":"ab"}],"responses":["a","b"]}""", "rewards")]
    [InlineData("""{"prompt_ids":[1,2],"chosen":"a","rejected":"b"}""", "reward_chosen")]
    [InlineData("""{"prompt":"ab","response_ids":[4]}""", "reward")]
    public void Every_form_of_a_row_is_scored(string row, string field)
    {
        using TemporaryFolder folder = Folder(Template);
        CliResult result = Cli.Run(["score", "--model", folder.Path, "--tokens"], row);
        Assert.Equal("", result.Error);
        Assert.Contains($"\"{field}\":", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"text\":[", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Template, """{"prompt":"ab","response":"a"}""", "")]
    [InlineData("<s>" + Template, """{"prompt":"ab","response":"a"}""", "double-bos")]
    [InlineData(
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt "
            + "%}<|assistant|>{% endif %}", """{"prompt":"ab","response":"a"}""", "missing-bos")]
    [InlineData(
        "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}<|end|>{% endfor %}{% if "
            + "add_generation_prompt %}<|assistant|>{% endif %}", """{"prompt":"ab","response":" a"}""",
            "whitespace template-drift")]
    [InlineData(
        "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt "
            + "%}<|assistant|>\\n{% endif %}", """{"prompt":"ab","response":"a"}""", "template-drift")]
    [InlineData(Template, """{"prompt":"a<|end|>b","response":"a"}""", "injected-special")]
    [InlineData(Template, """{"prompt":"a","response":"a<|end|>"}""", "double-end injected-special")]
    [InlineData(Template, """{"prompt_ids":[1,5],"response_ids":[5]}""", "missing-end")]
    [InlineData(
        Template, """{"prompt":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","response":"a"}""",
        "over-context")]
    public void The_score_doctor_finds(string template, string row, string findings)
    {
        using TemporaryFolder folder = Folder(template);
        CliResult result = Cli.Run(["inspect", "--model", folder.Path, "--row", row, "--json"]);
        Assert.Equal("", result.Error);
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(result.Lines.Single());
        Assert.Equal(
            findings,
            string.Join(
                ' ',
                document.RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("name").GetString())));
    }

    [Fact]
    public void Tokenize_and_render_report_bad_rows_in_their_place()
    {
        using TemporaryFolder folder = Folder(Template);
        CliResult tokens = Cli.Run(["tokenize", "--model", folder.Path], "{\"text\":\"ab\",\"k\":1}\n{}\n{\"text\":\"b\"}");
        Assert.Equal(2, tokens.Code);
        Assert.Equal("""{"k":1,"ids":[5,6]}""", tokens.Lines[0]);
        Assert.Equal("""{"error":"the field \"text\" is missing","line":2}""", tokens.Lines[1]);
        CliResult rendered = Cli.Run(
            ["render", "--model", folder.Path], "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n{}\n");
        Assert.Equal(2, rendered.Code);
        Assert.Equal("""{"rendered":"<s><|user|>a<|end|>\n"}""", rendered.Lines[0]);
        Assert.Contains("\"line\":2", rendered.Lines[1], StringComparison.Ordinal);
    }

    private static ChatFormat Format(TemporaryFolder folder, ChatFormatOptions? options = null) =>
        new(Tokenizer.Load(folder.Path), ChatTemplate.Load(folder.Path), options, folder.Path);

    private static string[] Tokens(TemporaryFolder folder, int[] ids) => Tokenizer.Load(folder.Path).TokenTexts(ids);

    // Letters a and b, a newline and a space, whose post-processor writes a BOS.
    private static TemporaryFolder Folder(string? template)
    {
        TemporaryFolder folder = new();
        Dictionary<string, int> ids = new()
        {
            ["<s>"] = 1, [
                "</s>"] = 2, [
                    "<|user|>"] = 3, [
                        "<|end|>"] = 4, [
                            "a"] = 5, ["b"] = 6, ["Ċ"] = 7, ["Ġ"] = 8, ["<|assistant|>"] = 9, ["<|system|>"] = 10, ["<pad>"] = 0,
        };
        string vocabulary = string.Join(',', ids.OrderBy(p => p.Value).Select(p => $"\"{p.Key}\":{p.Value}"));
        string added = string.Join(',', ids.Where(p => p.Key.Length > 1).OrderBy(p => p.Value).Select(p =>
            $$"""{"id":{{p.Value}},"content":"{{p.Key}}","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}"""));
        File.WriteAllText(folder["tokenizer.json"], $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{{added}}],"normalizer":null,
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"A","type_id":0} }],
               "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]} } },
             "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
             "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,
               "fuse_unk":false,"byte_fallback":false,"vocab":{ {{vocabulary}} },"merges":[]} }
            """);
        string chat = template is null ? "" : $",\"chat_template\":\"{template}\"";
        File.WriteAllText(folder["tokenizer_config.json"], $$"""{"bos_token":"<s>","eos_token":"</s>"{{chat}}}""");
        return folder;
    }
}
