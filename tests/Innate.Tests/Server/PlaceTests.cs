using System.Net;
using System.Text.Json;

namespace Innate.Tests.Server;

/// <summary>Of many texts in a request one may be at fault: the error says which. And what is not read is not taken.</summary>
public sealed class PlaceTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Prompt = "<|im_start|>user\nWhat is 47 + 85?<|im_end|>\n<|im_start|>assistant\n";

    private static readonly string Good = Prompt + "132<|im_end|>";

    private static readonly string Long = string.Concat(Enumerable.Repeat("1 + ", 400));

    public static TheoryData<string, object, string> Batches => new()
    {
        { "/v1/embeddings", new { input = new[] { Good, Prompt + Long } }, "\"input[1]\": prompt (18 tokens) and the response" },
        { "/classify", new { input = new[] { Good, Prompt } }, "\"input[1]\": the response encodes to no token" },
        { "/pooling?whole=true", new { input = new[] { [1, 2], new[] { 1, 999 } } }, "\"input[1]\": the response holds the id" },
        { "/score", new { text_1 = "q", text_2 = new[] { "132", Long } }, "\"text_2[1]\": prompt" },
        { "/rerank", new { query = "q", documents = new[] { "132", "" } }, "\"documents[1]\": the response is empty" },
        { "/get_reward", new { query = new[] { Good, "x" } }, "\"query[1]\": nothing tells where the prompt ends" },
        { "/llama-factory", new { messages = new[] { Good, Prompt + Long } }, "\"messages[1]\": prompt" },
        { "/slime", new { prompt = new[] { new { role = "user" } }, response = "1" }, "\"prompt[0]\" has no \"content\"" },
        { "/v1/completions", new { prompt = new[] { "1", Long }, max_tokens = 1 }, "\"prompt[1]\": the prompt is " },
        { "/v1/completions", new { prompt = new[] { "1", "" }, max_tokens = 1 }, "\"prompt[1]\": the prompt encodes to no" },
        { "/generate", new { text = new[] { "1", Long } }, "\"text[1]\": the prompt is " },
        { "/generate", new { input_ids = new[] { [1], new[] { 999 } } }, "\"input_ids[1]\": the prompt holds the id 999" },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task One_bad_text_of_several_is_named_by_its_place(string path, object body, string sentence)
    {
        Reply reply = await tiny.Server.Post(path, JsonSerializer.Serialize(body));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith(sentence, reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("{}", null)]
    [InlineData("{\"model_path\":null}", null)]
    [InlineData("{\"model_path\":\"/tmp\"}", "the field \"model_path\" is not understood here; leave it out")]
    [InlineData("[]", "the body: expected a JSON object, found an array")]
    [InlineData("{", "the body is not JSON, or nested deeper than 64 levels (line 1, byte 2)")]
    public async Task A_reload_takes_no_body_that_it_would_not_read(string body, string? sentence)
    {
        Reply reply = await tiny.Server.Post("/v1/reload", body);
        if (sentence is null) Assert.Equal("reloaded", reply.Json.GetProperty("status").GetString());
        else Assert.Equal((HttpStatusCode.BadRequest, sentence), (reply.Status, reply.Error));
    }

    [Theory]
    [InlineData("\"gama\":0.5", "gama", "gamma")]
    [InlineData("\"rewrad\":\"entropy\"", "rewrad", "reward")]
    [InlineData("\"trace\":true", "trace", "traces")]
    public async Task A_mistyped_setting_of_one_row_is_no_field_of_the_row(string field, string name, string meant)
    {
        const string Row = "\"prompt\":\"What is 47 + 85?\",\"response\":\"132\"";
        Reply reply = await tiny.Server.Post("/v1/rewards", $"{{{Row},{field}}}");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(
            $"the field \"{name}\" is not understood here (did you mean \"{meant}\"?); a row's own field goes into \"rows\"",
            reply.Error);
        Reply rows = await tiny.Server.Post("/v1/rewards", $"{{\"rows\":[{{{Row},{field}}}]}}");
        Assert.True(rows.Json.GetProperty("rows")[0].TryGetProperty(name, out _));
    }

    // A row's own fields, what a scored row has, and what is near a setting's name alone.
    [Fact]
    public async Task Other_fields_of_one_row_are_passed_through()
    {
        Reply reply = await tiny.Server.Post(
            "/v1/rewards", """
            {"prompt":"What is 47 + 85?","response":"132","meta":1,"rewards":[1],"trace":"x","record":"y","mode":2,"id":7}
            """);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.All(["meta", "rewards", "trace", "record", "mode", "id"], n => Assert.True(reply.Json.TryGetProperty(n, out _)));
    }
}
