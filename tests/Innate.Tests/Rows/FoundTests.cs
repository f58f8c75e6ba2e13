using System.Text.Json;
using Innate.Environments.Tools;
using Innate.Rows;
using Innate.Tests.Support;

namespace Innate.Tests.Rows;

/// <summary>What is told of a bad row says what was found in it: a null is no absence, and a list has one wrong item.</summary>
public sealed class FoundTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":null}],"response":"a"}""",
        "\"messages[0].content\" must be a string, found null")]
    [InlineData("""{"messages":[{"role":null,"content":"a"}],"response":"a"}""",
        "\"messages[0].role\" must be a string, found null")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":null}]}],"response":"a"}""",
        "\"messages[0].content[0].text\" must be a string, found null")]
    [InlineData("""{"conversations":[{"from":"human","value":null},{"from":"gpt","value":"a"}]}""",
        "\"conversations[0].value\" must be a string, found null")]
    [InlineData(
        """{"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"name":null}]}],"response":"a"}""",
        "\"messages[1].tool_calls[0].name\" must be a string, found null")]
    [InlineData("""{"prompt":"q","response":[{"role":"user","content":"a"}]}""", "found messages of 'user'")]
    public void In_a_rows_messages(string row, string sentence)
    {
        using JsonDocument document = JsonDocument.Parse(row);
        InputException e = Assert.Throws<InputException>(() => RowParser.Parse(document.RootElement, 1));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "true or false or a number from 0 to 1 for each of 2 steps, found none")]
    [InlineData("7", "for each of 2 steps, found the number 7")]
    public void In_the_labels_of_steps(string labels, string sentence)
    {
        using JsonDocument document = JsonDocument.Parse($"{{\"labels\":{labels}}}");
        InputException e = Assert.Throws<InputException>(() => StepRows.Labels(new RowFields(document.RootElement), 2));
        Assert.EndsWith(sentence, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"question":7,"answer":1}""", "\"question\", a text, found the number 7")]
    [InlineData("""{"question":" ","answer":1}""", "\"question\", a text, found an empty text")]
    [InlineData("""{"answer":1}""", "\"question\", a text, found a line without it")]
    [InlineData("""{"question":"q"}""", "\"answer\", a text, a number or a list of them, found a line without it")]
    [InlineData("""{"question":"q","answer":{"text":"a"}}""", "a list of them, found an object")]
    [InlineData("""{"question":"q","answer":[]}""", "a list of them, found an empty list")]
    [InlineData("""{"question":"q","answer":["a",null]}""", "a list of them, found null at [1]")]
    [InlineData("""{"question":"q","answer":["a",""]}""", "a list of them, found an empty text in it")]
    public void In_a_worlds_questions(string line, string sentence)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["q.jsonl"], line + "\n");
        InputException e = Assert.Throws<InputException>(() => QuestionRow.Read(folder["q.jsonl"]));
        Assert.StartsWith($"{folder["q.jsonl"]}, line 1: expected ", e.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }
}
