using System.Text.Json;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Text;

/// <summary>What a template sees of a conversation, and which template that is.</summary>
public sealed class ConversationPreparationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Render(string template, string request) =>
        new ChatTemplate(template).Render(JsonDocument.Parse(request).RootElement);

    private static string Refusal(string template, string request) =>
        Assert.Throws<InputException>(() => Render(template, request)).Message;

    [Fact]
    public void AContentThatIsNullBesideToolCallsPrintsNothing() => Assert.Equal(
        "calls FalseFalse[{'text': None}]",
        Render(
            "{% for m in messages %}{{ m.content }}{% if m.tool_calls %}calls {{ 'content' in m }}{{ m.name is defined }}{% endif %}{% endfor %}",
            """{"messages": [{"role": "assistant", "content": null, "name": null, "tool_calls": [{}]}, {"content": [{"text": null}]}]}"""));

    [Theory]
    [InlineData("""{"role": "assistant", "reasoning": "why"}""", """{"thinking": "why", "role": "assistant", "reasoning": "why", "reasoning_content": "why"}""")]
    [InlineData("""{"thinking": "hm", "reasoning": "why"}""", """{"thinking": "hm", "reasoning": "why", "reasoning_content": "hm"}""")]
    [InlineData("""{"reasoning_content": "so", "thinking": "hm"}""", """{"thinking": "hm", "reasoning_content": "so"}""")]
    [InlineData("""{"reasoning_content": null, "content": "x"}""", """{"content": "x"}""")]
    public void WhatWasThoughtHasBothItsNames(string message, string expected) =>
        Assert.Equal(expected, Render("{{ messages[0]|tojson }}", $$"""{"messages": [{{message}}]}"""));

    [Theory]
    [InlineData("<{{ m.content }}>", "[{\"content\": \"to be \"}]", "<to be ")]
    [InlineData("<{{ m.content|trim }}>", "[{\"content\": \" to be \"}]", "<to be")]
    [InlineData("<{{ m.content[0].text }}|{{ m.content[1].text }}>", "[{\"content\": [{\"text\": \"a\"}, {\"text\": \"b\"}]}]", "<a|b")]
    public void AFinalMessageIsLeftOpenWhereItIsToBeContinued(string template, string messages, string expected) => Assert.Equal(
        expected,
        Render("{% for m in messages %}" + template + "{% endfor %}{{ continue_final_message }}",
            $$"""{"messages": {{messages}}, "continue_final_message": true}"""));

    [Theory]
    [InlineData("""{"messages": [{"content": "x"}], "continue_final_message": true, "add_generation_prompt": true}""", "expected one of the two")]
    [InlineData("""{"messages": [{"role": "user"}], "continue_final_message": true}""", "needs a text in the last message")]
    [InlineData("""{"messages": [{"content": "x"}], "continue_final_message": true}""", "this one leaves it out")]
    [InlineData("""{"messages": []}""", "at least one message")]
    [InlineData("""{"messages": [{}, "x"]}""", "'messages' must be a list of objects and holds a text at position 1")]
    [InlineData("""{"messages": [{}], "tools": ["search"]}""", "'tools' must be a list of objects and holds a text at position 0")]
    [InlineData("""{"messages": [{}], "tools": {}}""", "'tools' must be a list of objects and is an object")]
    [InlineData("""{"messages": [{}], "documents": [1]}""", "'documents' must be a list of objects and holds a number")]
    [InlineData("""{"messages": [{}], "chat_template": 3}""", "'chat_template' must be a template's name and is a number")]
    public void AConversationThatIsNoneIsRefused(string request, string expected) =>
        Assert.Contains(expected, Refusal("always", request), StringComparison.Ordinal);

    [Theory]
    [InlineData("messages")]
    [InlineData("tools")]
    [InlineData("documents")]
    [InlineData("add_generation_prompt")]
    [InlineData("continue_final_message")]
    public void NoVariableStandsInTheConversationsPlace(string name)
    {
        var e = Assert.Throws<InputException>(() => new ChatTemplate("x").Render(
            [new ConversationMessage("user", "Hi")], variables: new Dictionary<string, string> { [name] = "[]" }));
        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANamedTemplateIsChosenByARowOrForAll()
    {
        File.WriteAllText(_folder["tokenizer_config.json"], """
            {"chat_template": [{"name": "default", "template": "D"}, {"name": "rag", "template": "R"}]}
            """);
        Directory.CreateDirectory(_folder["additional_chat_templates"]);
        File.WriteAllText(_folder["additional_chat_templates/tool_use.jinja"], "T");
        ChatTemplate template = ChatTemplate.Load(_folder.Path)!;
        string Of(ChatTemplate chosen, string more) =>
            chosen.Render(JsonDocument.Parse($$"""{"messages": [{}]{{more}}}""").RootElement);
        Assert.Equal("D", Of(template, ""));
        Assert.Equal("R", Of(template, ", \"chat_template\": \"rag\", \"tools\": []"));
        Assert.Equal("T", Of(template, ", \"tools\": []"));
        Assert.Equal("R", Of(template.Named("rag"), ", \"tools\": []"));
        Assert.Equal("R", template.Named("rag").Source);
        var e = Assert.Throws<InputException>(() => template.Named("rga"));
        Assert.Contains("'default', 'rag', 'tool_use'", e.Message, StringComparison.Ordinal);
        Assert.Contains("'rga'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutADefaultATemplateHasToBeChosen()
    {
        File.WriteAllText(_folder["tokenizer_config.json"], """{"chat_template": [{"name": "rag", "template": "R"}]}""");
        ChatTemplate template = ChatTemplate.Load(_folder.Path)!;
        ConversationMessage[] hello = [new("user", "Hello")];
        Assert.Contains(
            "none named 'default'", Assert.Throws<InputException>(() => template.Render(hello)).Message, StringComparison.Ordinal);
        Assert.Equal("R", template.Named("rag").Render(hello));
    }
}
