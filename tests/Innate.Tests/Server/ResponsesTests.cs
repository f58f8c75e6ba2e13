using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // the client's own mark of what it may still change

namespace Innate.Tests.Server;

/// <summary>OpenAI's newer API for plain text, as its official client for .NET asks and reads.</summary>
public sealed class ResponsesTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private ResponsesClient Client => new(
        new ApiKeyCredential("any"),
        new ResponsesClientOptions
        {
            Endpoint = new Uri(tiny.Server.Address, "/v1"),
            RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0),
        });

    [Fact]
    public async Task It_says_what_a_chat_says()
    {
        Reply chat = await tiny.Server.Post(
            "/v1/chat/completions",
            """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is 47 + 85?"}],"temperature":0}""");
        ResponseResult reply = await Client.CreateResponseAsync(Options("What is 47 + 85?", 1000));
        Assert.Equal(
            chat.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), reply.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, reply.Status);
        Assert.Equal("innate-tiny", reply.Model);
        JsonElement usage = chat.Json.GetProperty("usage");
        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt32(), reply.Usage.InputTokenCount);
        Assert.Equal(usage.GetProperty("completion_tokens").GetInt32(), reply.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task A_stream_ends_with_the_whole_reply()
    {
        ResponseResult whole = await Client.CreateResponseAsync(Options("What is 47 + 85?", 1000));
        StringBuilder text = new();
        List<StreamingResponseUpdate> updates = [];
        CreateResponseOptions options = Options("What is 47 + 85?", 1000);
        options.StreamingEnabled = true;
        await foreach (StreamingResponseUpdate update in await Client.CreateResponseStreamingAsync(options))
        {
            updates.Add(update);
            if (update is StreamingResponseOutputTextDeltaUpdate delta) text.Append(delta.Delta);
        }

        Assert.Equal(whole.GetOutputText(), text.ToString());
        Assert.IsType<StreamingResponseCreatedUpdate>(updates[0]);
        ResponseResult last = Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]).Response;
        Assert.Equal(whole.GetOutputText(), last.GetOutputText());
        Assert.Equal(whole.Usage.TotalTokenCount, last.Usage.TotalTokenCount);
        Assert.Equal(Enumerable.Range(0, updates.Count), updates.Select(u => u.SequenceNumber));
        Assert.Single(updates.OfType<StreamingResponseOutputItemAddedUpdate>());
        Assert.Single(updates.OfType<StreamingResponseOutputItemDoneUpdate>());
        Assert.Single(updates.OfType<StreamingResponseContentPartAddedUpdate>());
        Assert.Single(updates.OfType<StreamingResponseContentPartDoneUpdate>());
        Assert.Single(updates.OfType<StreamingResponseOutputTextDoneUpdate>());
    }

    [Fact]
    public async Task What_is_cut_off_is_incomplete()
    {
        ResponseResult reply = await Client.CreateResponseAsync(Options("What is 47 + 85?", 2));
        Assert.Equal(ResponseStatus.Incomplete, reply.Status);
        Assert.Equal(ResponseIncompleteStatusReason.MaxOutputTokens, reply.IncompleteStatusDetails.Reason);
        Assert.Equal(2, reply.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task A_reply_is_sent_back_as_it_came()
    {
        Reply first = await tiny.Server.Post(
            "/v1/responses", """{"input":"What is 47 + 85?","temperature":0,"metadata":{"run":"7"}}""");
        JsonElement said = first.Json.GetProperty("output")[0];
        Assert.Equal("7", first.Json.GetProperty("metadata").GetProperty("run").GetString());
        Reply second = await tiny.Server.Post(
            "/v1/responses",
            $$"""{"input":[{"role":"user","content":"What is 47 + 85?"},{{said.GetRawText()}},{"role":"user","content":"And 1 + 1?"}]}""");
        Assert.True(second.Status == HttpStatusCode.OK, second.Body);
    }

    [Theory]
    [InlineData("\"store\":true", "\"store\": nothing is kept here: send the whole conversation as \"input\"")]
    [InlineData("\"previous_response_id\":\"resp_1\"",
        "\"previous_response_id\": nothing is kept here: send the whole conversation as \"input\"")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]",
        "\"tools\": no tools are called here; /v1/chat/completions takes them")]
    [InlineData("\"text\":{\"format\":{\"type\":\"json_object\"}}", "\"text.format\": only plain text is written")]
    [InlineData("\"reasoning\":{\"effort\":\"high\"}", "\"reasoning.effort\": how much a model reasons is up to it")]
    [InlineData("\"n\":2", "\"n\": expected a whole number from 1 to 1, found the number 2")]
    [InlineData("\"input\":[]", "\"input\" is empty; expected at least one item")]
    [InlineData("\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"1\",\"output\":\"2\"}]",
        "\"input[0].type\": expected message, found 'function_call_output': plain text alone is taken here")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"x\"}]}]",
        "\"input[0].content[0].type\": expected input_text or output_text, found 'input_image': this model reads text alone")]
    [InlineData("\"input\":[{\"role\":\"king\",\"content\":\"a\"}]",
        "\"input[0].role\": expected user, assistant, system or developer, found 'king'")]
    public async Task What_it_does_not_take_is_refused_in_a_sentence(string fields, string sentence)
    {
        string input = fields.StartsWith("\"input\"", StringComparison.Ordinal) ? "" : "\"input\":\"a\",";
        Reply reply = await tiny.Server.Post("/v1/responses", $"{{{input}{fields}}}");
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task What_asks_for_nothing_passes()
    {
        Reply reply = await tiny.Server.Post(
            "/v1/responses",
            """
            {"input":"What is 1 + 1?","max_output_tokens":2,"store":false,"tools":[],"tool_choice":"auto","include":[],
             "truncation":"disabled","text":{"format":{"type":"text"},"verbosity":null},"reasoning":{"effort":null},
             "parallel_tool_calls":true,"background":false,"previous_response_id":null}
            """);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
    }

    private static CreateResponseOptions Options(string prompt, int most) =>
        new("innate-tiny", [ResponseItem.CreateUserMessageItem(prompt)])
        {
            Instructions = "Be brief.", Temperature = 0, MaxOutputTokenCount = most, StoredOutputEnabled = false,
        };
}
