using System.Text.Json;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Text.ToolCalls;

namespace Innate.Tests.Text.ToolCalls;

/// <summary>A model's own template says how its calls are written.</summary>
public class ToolTemplateTests
{
    private static readonly string Tiny = Path.Combine(Places.Repository, "models", "innate-tiny");

    [SharedFact("parity/tokenizers")]
    public void Qwens_template_writes_the_tools_and_wants_calls_in_hermes_form()
    {
        string folder = Path.Combine(Places.Shared, "parity", "tokenizers", "qwen3");
        ChatFormat format = new(Tokenizer.Load(folder), ChatTemplate.Load(folder));
        Assert.Equal(ToolCallForm.Hermes, ToolTemplate.FormOf(format));

        // What the template writes of a call is what the parser reads.
        ToolCall call = ToolCallParser.Parse(
            "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":[1,2],\"b\":\"é\"}}</tool_call>", ToolCallForm.Hermes).Calls[0];
        ToolDefinition add = ToolDefinition.OfTexts("add", "Adds.", ("a", "One."), ("b", "Another."));
        string text = format.RenderPrompt(
            [new("user", "q"), ToolTemplate.Message("So:", [("1", call)]), ToolTemplate.Answer("3")],
            ToolTemplate.Arguments([add]));
        Assert.Contains(
            "<tools>\n{\"type\": \"function\", \"function\": {\"name\": \"add\", \"description\": \"Adds.\"", text,
            StringComparison.Ordinal);
        string said = text[(text.IndexOf("<|im_start|>assistant\n", StringComparison.Ordinal) + 22)..];
        ToolReply read = ToolCallParser.Parse(said[..said.IndexOf("<|im_end|>", StringComparison.Ordinal)], ToolCallForm.Hermes);
        Assert.Equal("So:", read.Content);
        Assert.True(JsonElement.DeepEquals(call.Arguments, read.Calls[0].Arguments));
        Assert.Contains("<tool_response>\n3\n</tool_response>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% if tools %}{\"name\": function, \"parameters\": {}} {{ tools|tojson }}{% endif %}", "Llama")]
    [InlineData("{% if tools %}[AVAILABLE_TOOLS] {{ tools|tojson }}[/AVAILABLE_TOOLS]{% endif %}", "Mistral")]
    [InlineData("{% if tools %}<tool_call>{{ tools|tojson }}{% endif %}", "Hermes")]
    public void The_form_is_found_by_what_the_template_writes(string template, string form) =>
        Assert.Equal(form, ToolTemplate.FormOf(Format(template)).ToString());

    [Theory]
    [InlineData("", "expected a chat template that takes them")]
    [InlineData("{% if tools %}{{ tools|tojson }}{% endif %}", "found another one")]
    [InlineData("{% if tools %}<tool_call><function=f>{{ tools|tojson }}{% endif %}", "found another one")]
    public void A_template_without_tools_or_with_unknown_calls_is_refused_in_a_sentence(string template, string sentence) =>
        Assert.Contains(
            sentence, Assert.Throws<InputException>(() => ToolTemplate.FormOf(Format(template))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Raw_encoding_has_no_template_for_tools() => Assert.Contains(
        "found raw encoding",
        Assert.Throws<InputException>(() => ToolTemplate.FormOf(
            new ChatFormat(Tokenizer.Load(Tiny), null, new ChatFormatOptions { Raw = true }))).Message,
        StringComparison.Ordinal);

    private static ChatFormat Format(string tools) => new(
        Tokenizer.Load(Tiny),
        new ChatTemplate(
            tools + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"));
}
