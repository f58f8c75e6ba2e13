using System.Net;
using System.Text.Json;
using Innate.Tests.Cli;

namespace Innate.Tests.Server;

/// <summary>A request that names a model is answered by that model, or not at all.</summary>
public sealed class ModelNameTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder["profiles"]);
        File.WriteAllText(_folder["profiles/short.json"], """{"prefers":"Give only the answer."}""");
        _server = await RunningServer.Start(o => o with { Name = "tiny", Profiles = _folder["profiles"] });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Strict => new()
    {
        { "/v1/completions", "\"prompt\":\"What is 1 + 1?\",\"max_tokens\":1" },
        { "/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"What is 1 + 1?\"}],\"max_tokens\":1" },
        { "/v1/responses", "\"input\":\"What is 1 + 1?\",\"max_output_tokens\":1" },
        { "/v1/rewards", "\"prompt\":\"What is 1 + 1?\",\"response\":\"2\"" },
        { "/v1/rewards", "\"rows\":[{\"prompt\":\"What is 1 + 1?\",\"response\":\"2\"}]" },
        { "/score", "\"queries\":\"What is 1 + 1?\",\"documents\":\"2\"" },
        { "/v1/rerank", "\"query\":\"What is 1 + 1?\",\"documents\":[\"2\"]" },
    };

    [Theory]
    [MemberData(nameof(Strict))]
    public async Task Another_models_name_is_404_in_OpenAIs_words(string path, string fields)
    {
        foreach (string served in new[] { "tiny", "innate-tiny", "default", "" })
        {
            Reply good = await Ask(path, fields, JsonSerializer.Serialize(served));
            Assert.True(good.Status == HttpStatusCode.OK, good.Body);
        }

        Assert.Equal(HttpStatusCode.OK, (await Ask(path, fields, "null")).Status);
        Reply other = await Ask(path, fields, "\"gpt-5\"");
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
        JsonElement error = other.Json.GetProperty("error");
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Equal("model", error.GetProperty("param").GetString());
        Assert.StartsWith("\"model\": expected tiny or default", other.Error, StringComparison.Ordinal);
        Assert.EndsWith("found 'gpt-5', which is not served here", other.Error, StringComparison.Ordinal);
        Reply wrong = await Ask(path, fields, "7");
        Assert.Equal((HttpStatusCode.BadRequest, "\"model\": expected a string, found the number 7"), (wrong.Status, wrong.Error));
    }

    [Theory]
    [InlineData("/classify", "\"input\":\"What is 1 + 1?\"")]
    [InlineData("/pooling", "\"input\":\"What is 1 + 1?\"")]
    [InlineData("/v1/embeddings", "\"input\":\"What is 1 + 1?\"")]
    [InlineData("/llama-factory", "\"messages\":[\"What is 1 + 1?\"]")]
    public async Task Trainers_that_send_a_path_of_their_own_are_answered(string path, string fields)
    {
        Reply reply = await Ask(path + "?whole=true", fields, "\"/home/me/models/reward\"");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
    }

    [Theory]
    [InlineData("/classify", "\"input\":\"a b c\"", HttpStatusCode.BadRequest, "reads prompts apart from their responses")]
    [InlineData("/v1/embeddings", "\"input\":\"a b c\"", HttpStatusCode.BadRequest, "reads prompts apart from their responses")]
    [InlineData("/v1/completions", "\"prompt\":\"a\"", HttpStatusCode.NotFound, "it gives rewards and no text")]
    public async Task A_profile_is_not_taken_for_the_model_itself(string path, string fields, HttpStatusCode status, string says)
    {
        Reply reply = await Ask(path + (path == "/v1/completions" ? "" : "?whole=true"), fields, "\"short\"");
        Assert.Equal(status, reply.Status);
        Assert.Contains(says, reply.Error, StringComparison.Ordinal);
    }

    // A row tells of the model that wrote its response; beside other rows, that is a field like any other.
    [Fact]
    public async Task A_rows_own_field_passes_through_among_rows()
    {
        Reply reply = await _server.Post(
            "/v1/rewards", """{"rows":[{"prompt":"What is 1 + 1?","response":"2","model":"gpt-5"}],"model":"tiny"}""");
        Assert.Equal("gpt-5", reply.Json.GetProperty("rows")[0].GetProperty("model").GetString());
        Assert.Equal(JsonValueKind.Number, reply.Json.GetProperty("rows")[0].GetProperty("reward").ValueKind);
    }

    private Task<Reply> Ask(string path, string fields, string model) => _server.Post(path, $"{{{fields},\"model\":{model}}}");
}
