using System.ClientModel;
using System.Text;
using OpenAI;
using OpenAI.Chat;

namespace Innate.Tests.Server;

/// <summary>The official OpenAI client for .NET, as its users use it.</summary>
public sealed class OpenAiClientTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private ChatClient _chat = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.Start(o => o with { ApiKeys = ["sesame"], Name = "tiny" });
        _chat = Client("sesame");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_chat_answers_with_text_finish_reason_and_usage()
    {
        ChatCompletion reply = await _chat.CompleteChatAsync(
            [new SystemChatMessage("Be brief."), new UserChatMessage("What is 47 + 85?")],
            new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 200 });
        Assert.Equal("tiny", reply.Model);
        Assert.Equal(ChatFinishReason.Stop, reply.FinishReason);
        Assert.NotEmpty(reply.Content[0].Text);
        Assert.DoesNotContain("<|im_end|>", reply.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(reply.Usage.TotalTokenCount, reply.Usage.InputTokenCount + reply.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task A_stream_says_what_the_whole_reply_says()
    {
        ChatMessage[] messages = [new UserChatMessage("What is 47 + 85?")];
        ChatCompletionOptions options = new() { Temperature = 0, MaxOutputTokenCount = 200, IncludeLogProbabilities = true,
            TopLogProbabilityCount = 2 };
        ChatCompletion whole = await _chat.CompleteChatAsync(messages, options);
        StringBuilder text = new();
        List<ChatTokenLogProbabilityDetails> tokens = [];
        ChatFinishReason? finish = null;
        await foreach (StreamingChatCompletionUpdate update in _chat.CompleteChatStreamingAsync(messages, options))
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate) text.Append(part.Text);
            tokens.AddRange(update.ContentTokenLogProbabilities);
            finish ??= update.FinishReason;
        }

        Assert.Equal(whole.Content[0].Text, text.ToString());
        Assert.Equal(whole.FinishReason, finish);
        Assert.Equal(whole.ContentTokenLogProbabilities.Select(t => (t.Token, t.LogProbability)),
            tokens.Select(t => (t.Token, t.LogProbability)));
    }

    [Fact]
    public async Task Log_probabilities_are_told_with_the_likeliest()
    {
        ChatCompletion reply = await _chat.CompleteChatAsync(
            [new UserChatMessage("What is 47 + 85?")],
            new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 200, IncludeLogProbabilities = true,
                TopLogProbabilityCount = 3 });
        Assert.Equal(reply.Content[0].Text, string.Concat(reply.ContentTokenLogProbabilities.Select(t => t.Token)));
        Assert.All(reply.ContentTokenLogProbabilities, token =>
        {
            Assert.True(token.LogProbability <= 0);
            Assert.Equal(3, token.TopLogProbabilities.Count);
            Assert.Equal(token.Token, token.TopLogProbabilities[0].Token); // greedy
            Assert.Equal(token.LogProbability, token.TopLogProbabilities[0].LogProbability);
            Assert.Equal(token.Token, Encoding.UTF8.GetString(token.Utf8Bytes!.Value.Span));
        });
    }

    [Fact]
    public async Task A_wrong_key_and_a_wrong_parameter_are_the_clients_own_exceptions()
    {
        ClientResultException denied = await Assert.ThrowsAsync<ClientResultException>(
            () => Client("wrong").CompleteChatAsync([new UserChatMessage("a")]));
        Assert.Equal(401, denied.Status);
        ClientResultException wrong = await Assert.ThrowsAsync<ClientResultException>(
            () => _chat.CompleteChatAsync([new UserChatMessage("a")], new ChatCompletionOptions { TopP = 3 }));
        Assert.Equal(400, wrong.Status);
        Assert.Contains("\"top_p\": expected a number above 0, at most 1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_models_are_listed()
    {
        OpenAI.Models.OpenAIModelCollection models = await Service("sesame").GetOpenAIModelClient().GetModelsAsync();
        Assert.Equal("tiny", Assert.Single(models).Id);
    }

    // The client has no legacy completions any more: its own pipeline sends them as they are.
    [Fact]
    public async Task Completions_with_echo_go_through_its_pipeline()
    {
        System.ClientModel.Primitives.ClientPipeline pipeline = _chat.Pipeline;
        using System.ClientModel.Primitives.PipelineMessage message = pipeline.CreateMessage();
        message.Request.Method = "POST";
        message.Request.Uri = new Uri(_server.Address, "/v1/completions");
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Content = BinaryContent.Create(BinaryData.FromString(
            """{"model":"tiny","prompt":"What is 2","max_tokens":3,"temperature":0,"echo":true,"logprobs":1}"""));
        await pipeline.SendAsync(message);
        Assert.Equal(200, message.Response!.Status);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(message.Response.Content);
        Assert.StartsWith("What is 2", json.RootElement.GetProperty("choices")[0].GetProperty("text").GetString(),
            StringComparison.Ordinal);
    }

    private ChatClient Client(string key) => Service(key).GetChatClient("tiny");

    private OpenAIClient Service(string key) => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "/v1"),
            RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) });
}
