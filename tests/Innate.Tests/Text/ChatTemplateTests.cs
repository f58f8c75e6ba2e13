using System.Text.Json;
using Innate.Tests.Jinja;
using Innate.Text;

namespace Innate.Tests.Text;

public sealed class ChatTemplateTests : IDisposable
{
    private const string ChatMl =
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static readonly ConversationMessage[] Hello = [new("user", "Hello")];

    private readonly string _folder = Directory.CreateTempSubdirectory("innate-template-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    [Fact]
    public void RendersMessagesAndTheGenerationPrompt()
    {
        var template = new ChatTemplate(ChatMl);
        ConversationMessage[] messages = [new("user", "Hi"), new("assistant", "Yo")];
        Assert.Equal("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYo<|im_end|>\n", template.Render(messages));
        Assert.Equal(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", template.Render(messages[..1], addGenerationPrompt: true));
        Assert.Equal(ChatMl, template.Source);
    }

    [Theory]
    [InlineData("true", "True True")]
    [InlineData("3", "3 False")]
    [InlineData("1.50", "1.5 False")]
    [InlineData("[\"a\", null]", "['a', None] False")]
    [InlineData("\"q\"", "q False")]
    [InlineData("plain text", "plain text False")]
    [InlineData("", " False")]
    [InlineData("{broken", "{broken False")]
    public void VariablesAreJsonWhereTheyCanBe(string value, string expected) =>
        Assert.Equal(
            expected,
            new ChatTemplate("{{ x }} {{ x is true }}").Render(Hello, variables: new Dictionary<string, string> { ["x"] = value }));

    [Fact]
    public void ARequestsMembersAreVariables()
    {
        var template = new ChatTemplate(
            "{{ bos_token }}{{ messages|length }}{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ x.y }}",
            new Dictionary<string, string> { ["bos_token"] = "<s>" });
        Assert.Equal("<s>1NoneNoneFalse7", template.Render(Json("""{"messages": [{}], "x": {"y": 7}}""")));
        Assert.Equal(
            "<b>1[{}]NoneTrue7",
            template.Render(
                Json("""{"messages": [{}], "tools": [{}], "add_generation_prompt": true, "bos_token": "<b>", "x": {"y": 7}}""")));
    }

    [Theory]
    [InlineData("[]", "A request to render must be a JSON object and is a list.")]
    [InlineData("{}", "A request to render needs the field 'messages', a list of messages; it is missing.")]
    [InlineData("{\"messages\": 3}", "A request to render needs the field 'messages', a list of messages; it is a number.")]
    [InlineData(
        "{\"messages\": [\"\\ud800\"]}",
        "The request cannot be rendered: a text in the input holds half of a surrogate pair, which is no character.")]
    public void AMalformedRequestIsRefused(string request, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => new ChatTemplate("").Render(Json(request))).Message);

    [Fact]
    public void ADeepRequestIsRefused()
    {
        string deep = $$"""{"messages": {{new string('[', 2000)}}{{new string(']', 2000)}}}""";
        using JsonDocument document = JsonDocument.Parse(deep, new JsonDocumentOptions { MaxDepth = 10_000 });
        Assert.Contains(
            "nested deeper than 250",
            Assert.Throws<InputException>(() => new ChatTemplate("").Render(document.RootElement)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithoutATemplateGivesNull()
    {
        Assert.Null(ChatTemplate.Load(_folder));
        Write("tokenizer_config.json", """{"bos_token": "<s>", "chat_template": null}""");
        Assert.Null(ChatTemplate.Load(_folder));
    }

    [Fact]
    public void ReadsTheTemplateAndSpecialTokensOfTheTokenizersConfig()
    {
        Write("tokenizer_config.json", """
            {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "unk_token": null, "additional_special_tokens": ["<a>", {"content": "<b>"}],
             "extra_special_tokens": {"image_token": "<img>"}, "model_specific_special_tokens": {"boi_token": "<boi>"},
             "video_token": "<vid>", "add_bos_token": true,
             "chat_template": "{{ bos_token }}{{ eos_token }}{{ pad_token }}{{ unk_token is defined }}{{ image_token }}{{ boi_token }}{{ video_token }}{{ additional_special_tokens is defined }}{{ add_bos_token is defined }}"}
            """);
        Write("special_tokens_map.json", """{"pad_token": "<pad>", "bos_token": "<other>"}""");
        Assert.Equal("<other></s><pad>False<img><boi><vid>FalseFalse", ChatTemplate.Load(_folder)!.Render(Hello));
    }

    [Fact]
    public void AConfigThatListsAddedTokensNeedsNoMapOfSpecialOnes()
    {
        Write(
            "tokenizer_config.json",
            """{"eos_token": "<end>", "added_tokens_decoder": {}, "chat_template": "{{ eos_token }}{{ pad_token is defined }}"}""");
        Write("special_tokens_map.json", """{"eos_token": "<old>", "pad_token": "<pad>"}""");
        Assert.Equal("<end>False", ChatTemplate.Load(_folder)!.Render(Hello));
    }

    [Fact]
    public void PrefersTheJinjaFileAndReadsNoTemplateOfAProcessor()
    {
        Write("tokenizer_config.json", """{"chat_template": "config", "bos_token": "<s>"}""");
        Write("chat_template.json", """{"chat_template": "json {{ bos_token }}"}""");
        Assert.Equal("config", ChatTemplate.Load(_folder)!.Render(Hello));
        Write("chat_template.jinja", "\uFEFFfile {{ bos_token }}\n");
        Assert.Equal("\uFEFFfile <s>", ChatTemplate.Load(_folder)!.Render(Hello));
    }

    [Fact]
    public void TakesTheToolTemplateWhenToolsAreGiven()
    {
        Write(
            "tokenizer_config.json",
            """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}""");
        ChatTemplate template = ChatTemplate.Load(_folder)!;
        Assert.Equal("plain", template.Render(Hello));
        Assert.Equal("tools", template.Render(Json("""{"messages": [{}], "tools": []}""")));
        Assert.Equal("plain", template.Render(Json("""{"messages": [{}], "tools": null}""")));
    }

    [Theory]
    [InlineData("{", "expected JSON")]
    [InlineData("[]", "expected a JSON object and found a list")]
    [InlineData("{\"chat_template\": 3}", "'chat_template' must be a text or a list of named templates and is a number")]
    [InlineData("{\"chat_template\": [3]}", "each entry of 'chat_template' must be an object")]
    [InlineData("{\"chat_template\": \"{% if\"}", "chat_template, line 1, column 1")]
    public void AMalformedConfigIsNamed(string config, string expected)
    {
        Write("tokenizer_config.json", config);
        string message = Assert.Throws<InputException>(() => ChatTemplate.Load(_folder)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("tokenizer_config.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheClockIsTheCallers() =>
        Assert.Equal(
            "04 Jul 2024",
            new ChatTemplate("{{ strftime_now('%d %b %Y') }}", null, "t", new Templates.FixedClock(Templates.Noon)).Render(Hello));

    [Fact]
    public void ATemplatesOwnErrorIsReported()
    {
        var template = new ChatTemplate("\n{{ raise_exception('System role not supported') }}", null, "gemma");
        Assert.Equal("gemma, line 2, column 19: the template raised: System role not supported.",
            Assert.Throws<InputException>(() => template.Render(Hello)).Message);
    }

    [Fact]
    public void ManyThreadsRenderOneTemplate()
    {
        var template = new ChatTemplate(
            "{% macro show(x) %}<{{ x }}{{ caller() if caller }}>{% endmacro %}{% set ns = namespace(n=0) %}"
            + "{% for m in messages %}{% set ns.n = ns.n + 1 %}{% call show(m.content) %}{{ loop.index }}{% endcall %}{% "
            + "endfor %}{{ ns.n }}");
        string expected = string.Concat(Enumerable.Range(1, 50).Select(i => $"<c{i}{i}>")) + "50";
        ConversationMessage[] messages = [.. Enumerable.Range(1, 50).Select(i => new ConversationMessage("user", $"c{i}"))];
        Parallel.For(0, 200, _ => Assert.Equal(expected, template.Render(messages)));
    }
}
