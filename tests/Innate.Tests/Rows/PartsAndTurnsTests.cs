using System.Text.Json;
using Innate.Tests.Cli;

namespace Innate.Tests.Rows;

/// <summary>A part of a response, and every turn of a conversation, are rewarded as a user expects of the whole's numbers.</summary>
public class PartsAndTurnsTests
{
    private const string Asked = """{"role":"user","content":"What is 1 + 1?"}""";

    [Fact]
    public void The_answer_after_the_thinking_is_rewarded_with_the_thinking_as_context()
    {
        const string row = """{"prompt":"What is 1 + 1?","response":"<think>1 + 1</think>2"}""";
        JsonElement whole = Score(row, "--tokens").GetProperty("trace");
        JsonElement answer = Score(row, "--part", "answer", "--tokens"), thinking = Score(row, "--part", "thinking", "--tokens");
        double[] rewards = Numbers(whole, "reward"), after = Numbers(answer.GetProperty("trace"), "reward");
        Assert.Equal(rewards[^after.Length..], after);
        Assert.Equal(rewards[..^after.Length], Numbers(thinking.GetProperty("trace"), "reward"));
        Assert.StartsWith("2", string.Concat(Texts(answer.GetProperty("trace"))), StringComparison.Ordinal);
        Assert.Equal(after.Sum(), answer.GetProperty("reward").GetDouble(), 9);
    }

    [Fact]
    public void Spans_are_the_tokens_that_they_touch()
    {
        JsonElement whole = Score("""{"prompt":"q","response":"12 34"}""", "--tokens").GetProperty("trace");
        JsonElement part = Score("""{"prompt":"q","response":"12 34","spans":[[0,1],[3,5]]}""", "--tokens").GetProperty("trace");
        string[] texts = Texts(whole), touched = Texts(part);
        Assert.Equal(string.Concat(texts).Length, "12 34<|im_end|>".Length);
        Assert.Equal("134", string.Concat(touched).Replace(" ", "", StringComparison.Ordinal));
        double[] all = Numbers(whole, "reward");
        Assert.All(Numbers(part, "reward"), r => Assert.Contains(r, all));
    }

    [Fact]
    public void Turns_get_the_rewards_that_they_have_alone()
    {
        string first = "{\"role\":\"assistant\",\"content\":\"2\"}", again = "{\"role\":\"user\",\"content\":\"And 2 + 2?\"}";
        string last = "{\"role\":\"assistant\",\"content\":\"5\"}";
        JsonElement turns = Score("{\"messages\":[" + string.Join(',', Asked, first, again, last) + "]}", "--turns");
        Assert.Equal([1, 3], turns.GetProperty("turns").EnumerateArray().Select(t => t.GetInt32()));
        double alone = Score("{\"messages\":[" + Asked + "],\"response\":\"2\"}").GetProperty("reward").GetDouble();
        double then = Score("{\"messages\":[" + string.Join(',', Asked, first, again) + "],\"response\":\"5\"}")
            .GetProperty("reward").GetDouble();
        Assert.Equal([alone, then], Numbers(turns, "rewards"));
    }

    [Theory]
    [InlineData("""{"prompt":"q","response":"<think>a"}""", "answer", "its thinking does not end")]
    [InlineData("""{"prompt":"q","response":"a"}""", "thinking", "the response has no thinking")]
    public void A_part_that_is_not_there_is_told(string row, string part, string sentence)
    {
        CliResult result = RealCli.Run(["score", "--part", part], row);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_rows_ends_in_one_sentence_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["in"], "{\"sentence\":\"a\",\"label\":1}\n{\"sentence\":\"b\",\"label\":0}\n");
        CliResult result = RealCli.Run(["score", "--in", folder["in"], "--out", folder["out"], "--quiet"], "");
        Assert.Equal(2, result.Code);
        Assert.Contains("expected rows, found JSON lines of which none can be read", result.Error, StringComparison.Ordinal);
        Assert.Contains("found the columns sentence, label", result.Error, StringComparison.Ordinal);
        Assert.Equal(["in"], Directory.GetFiles(folder.Path).Select(p => Path.GetFileName(p)));
    }

    private static JsonElement Score(string row, params string[] options)
    {
        CliResult result = RealCli.Run(["score", .. options], row);
        Assert.Equal((0, ""), (result.Code, result.Error));
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }

    private static double[] Numbers(JsonElement owner, string field) =>
        [.. owner.GetProperty(field).EnumerateArray().Select(n => n.GetDouble())];

    private static string[] Texts(JsonElement trace) =>
        [.. trace.GetProperty("text").EnumerateArray().Select(t => t.GetString()!)];
}
