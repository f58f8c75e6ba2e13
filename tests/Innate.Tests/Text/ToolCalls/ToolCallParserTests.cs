using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Innate.Text.ToolCalls;

namespace Innate.Tests.Text.ToolCalls;

/// <summary>What models write when they call tools, in the forms of three families.</summary>
public class ToolCallParserTests
{
    [Theory]
    [InlineData(
        ToolCallForm.Hermes, "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>", "", "add{\"a\": 1}")]
    [InlineData(ToolCallForm.Hermes, "Two:\n<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>\n<tool_call>"
        + "{\"name\":\"b\",\"arguments\":\"{\\\"x\\\":[2]}\"}</tool_call> done", "Two:\n\n done", "a{} b{\"x\":[2]}")]
    [InlineData(ToolCallForm.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":{}}", "", "a{}")]
    [InlineData(ToolCallForm.Hermes, "<think><tool_call>no</tool_call></think>ok<tool_call>{\"name\":\"a\",\"arguments\":{}}"
        + "</tool_call>", "<think><tool_call>no</tool_call></think>ok", "a{}")]
    [InlineData(ToolCallForm.Hermes, "<think>x</think><tool_call>{\"name\":\"a\",\"arguments\":{\"t\":\"</think>\"}}</tool_call>",
        "<think>x</think>", "a{\"t\":\"</think>\"}")]
    [InlineData(ToolCallForm.Hermes, "{\"name\":\"a\",\"arguments\":{}}", "{\"name\":\"a\",\"arguments\":{}}", "")]
    [InlineData(ToolCallForm.Llama, "{\"name\": \"add\", \"parameters\": {\"a\": 1}}", "", "add{\"a\": 1}")]
    [InlineData(ToolCallForm.Llama, "<|python_tag|>{\"name\": \"a\", \"parameters\": {}}; {\"name\": \"b\", \"parameters\": {}}",
        "", "a{} b{}")]
    [InlineData(ToolCallForm.Llama, "{\"type\": \"function\", \"function\": {\"name\": \"a\", \"parameters\": {}}}", "", "a{}")]
    [InlineData(ToolCallForm.Llama, "The sum is 3.", "The sum is 3.", "")]
    [InlineData(ToolCallForm.Llama, "{\"sum\": 3}", "{\"sum\": 3}", "")]
    [InlineData(ToolCallForm.Mistral, "[TOOL_CALLS] [{\"name\": \"a\", \"arguments\": {\"x\": \"é]\"}}, {\"name\": \"b\", "
        + "\"arguments\": {}}]", "", "a{\"x\": \"é]\"} b{}")]
    [InlineData(ToolCallForm.Mistral, "Well. [TOOL_CALLS]a[ARGS]{\"x\": 1}[TOOL_CALLS]b[CALL_ID]123456789[ARGS]{}", "Well.",
        "a{\"x\": 1} b{}")]
    public void Calls_are_read_and_the_text_around_them_is_kept(
        ToolCallForm form, string said, string content, string calls)
    {
        ToolReply reply = ToolCallParser.Parse(said, form);
        Assert.Equal(content, reply.Content);
        Assert.Equal(calls, string.Join(' ', reply.Calls.Select(c => c.Name + c.Arguments.GetRawText())));
        Assert.Empty(reply.Problems);
    }

    [Theory]
    [InlineData(ToolCallForm.Hermes, "<tool_call>{\"name\":\"a\",</tool_call>", "found no JSON from line 1, byte")]
    [InlineData(
        ToolCallForm.Hermes, "<tool_call>{\"name\":\"a\"}</tool_call>", "expected a JSON object with \"name\" and \"arguments\"")]
    [InlineData(ToolCallForm.Hermes, "<tool_call>", "found nothing")]
    [InlineData(
        ToolCallForm.Hermes, "<tool_call>{\"name\":\"\\ud800\",\"arguments\":{}}</tool_call>", "half of a surrogate pair")]
    [InlineData(ToolCallForm.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":{}} {}</tool_call>", "found '{\"name\":\"a\"")]
    [InlineData(ToolCallForm.Llama, "<|python_tag|>brave_search.call(query=\"x\")", "found no JSON")]
    [InlineData(ToolCallForm.Llama, "{\"name\":\"a\",\"parameters\":{}} and then", "and nothing else")]
    [InlineData(ToolCallForm.Mistral, "[TOOL_CALLS] []", "expected a list of JSON objects")]
    [InlineData(ToolCallForm.Mistral, "[TOOL_CALLS] a{}", "expected a name, [ARGS] and a JSON object, found 'a{}'")]
    [InlineData(ToolCallForm.Mistral, "[TOOL_CALLS]a[ARGS][1]", "expected a name, [ARGS] and a JSON object")]
    public void What_begins_like_a_call_and_is_none_stays_text_and_is_told(ToolCallForm form, string said, string problem)
    {
        ToolReply reply = ToolCallParser.Parse(said, form);
        Assert.Equal(said, reply.Content);
        Assert.Empty(reply.Calls);
        Assert.Contains(problem, Assert.Single(reply.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_is_read()
    {
        Gen<string> pieces = Gen.Elements(
            "<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "<|python_tag|>", "</think>", "<think>", "{",
            "}", "[", "]", ",", ":", ";", "\"name\"", "\"arguments\"", "\"parameters\"", "\"a\"", "{}", "\\", "\"", " ",
            "\n", "1e999", "{\"name\":\"f\",\"arguments\":{}}",
            "{\"name\":\"f\",\"parameters\":{\"x\":\"\\ud800\"}}", "é", "\0", "\ud800", "😀")
            .ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(pieces.ToArbitrary(), text =>
        {
            foreach (ToolCallForm form in Enum.GetValues<ToolCallForm>())
            {
                ToolReply reply = ToolCallParser.Parse(text, form);
                Assert.All(reply.Calls, c => Assert.Equal(JsonValueKind.Object, c.Arguments.ValueKind));
                Assert.All(reply.Calls, c => Assert.NotEmpty(c.Name));
                if (reply.Calls.Count == 0) Assert.Equal(text, reply.Content);

                // What is sent while it is written is never taken back.
                for (int n = 0; n <= text.Length; n++)
                {
                    Assert.StartsWith(
                        text[..ToolCallParser.CertainLength(text[..n], form)], reply.Content, StringComparison.Ordinal);
                }

                if (!text.Contains(ToolCallParser.MarkOf(form), StringComparison.Ordinal) && form != ToolCallForm.Llama)
                {
                    Assert.Empty(reply.Calls);
                    Assert.Empty(reply.Problems);
                }
            }
        }));
    }

    // The reference looks at the whole text again at every piece.
    [Fact]
    public void A_turn_in_pieces_releases_what_is_certain_of_the_whole_however_it_is_cut()
    {
        Gen<string[]> pieces = Gen.Elements(
            "<tool_call>", "<tool", "_call>", "[TOOL_", "CALLS]", "<|python", "_tag|>", "</think>", "</thi", "nk>", "{", "<", "[",
            " ", "\n ", "a", "say", "", "{\"name\":\"f\",\"arguments\":{}}").ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(pieces.ToArbitrary(), parts =>
        {
            foreach (ToolCallForm form in Enum.GetValues<ToolCallForm>())
            {
                StreamedToolCalls stream = new(form);
                (string text, string released, int certain) = ("", "", 0);
                foreach (string part in parts)
                {
                    // After a mark nothing is certain any more.
                    bool isHeld = text.Contains(ToolCallParser.MarkOf(form), StringComparison.Ordinal);
                    text += part;
                    released += stream.Push(part);
                    if (!isHeld) certain = Math.Max(certain, CertainLength(text, form));
                    Assert.Equal(text[..certain], released);
                }

                (string held, ToolReply said) = stream.End("");
                ToolReply whole = ToolCallParser.Parse(text, form);
                Assert.Equal((whole.Content, whole.Calls.Count), (released + held, said.Calls.Count));
                Assert.Equal(whole.Problems, said.Problems);
            }
        }));
    }

    [Theory]
    [InlineData("a word ")]
    [InlineData(" \n")]
    [InlineData("{\"a\": ")]
    public void A_turn_that_is_twice_as_long_takes_twice_the_memory_and_no_more(string piece)
    {
        foreach (ToolCallForm form in Enum.GetValues<ToolCallForm>())
        {
            Assert.InRange((double)Allocated(form, 4000) / Allocated(form, 2000), 1, 3);
        }

        long Allocated(ToolCallForm form, int pieces)
        {
            StreamedToolCalls stream = new(form);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < pieces; i++) stream.Push(piece);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_deep_nest_is_told_and_no_overflow()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        Assert.Single(ToolCallParser.Parse("<tool_call>" + deep, ToolCallForm.Hermes).Problems);
    }

    private static int CertainLength(string text, ToolCallForm form)
    {
        string mark = ToolCallParser.MarkOf(form);
        int from = ToolCallParser.ThoughtLength(text), at = text.IndexOf(mark, StringComparison.Ordinal);
        if (form == ToolCallForm.Llama && text.AsSpan(from).TrimStart().StartsWith("{"))
        {
            at = at < 0 ? text.IndexOf('{', from) : Math.Min(at, text.IndexOf('{', from));
        }

        int length = at >= 0 ? at : text.Length;
        for (int n = Math.Min(mark.Length - 1, text.Length); at < 0 && n > 0; n--)
        {
            if (!text.EndsWith(mark[..n], StringComparison.Ordinal)) continue;
            length = text.Length - n;
            break;
        }

        return text.AsSpan(0, length).TrimEnd().Length;
    }
}
