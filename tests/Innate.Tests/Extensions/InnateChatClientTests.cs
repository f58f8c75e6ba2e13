using Innate.Extensions.AI;
using Innate.Generation;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;

namespace Innate.Tests.Extensions;

/// <summary>What an application that knows IChatClient alone relies on.</summary>
public sealed class InnateChatClientTests
{
    private static readonly ChatOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public async Task The_answer_is_the_models_with_its_log_probabilities_usage_and_reason()
    {
        using InnateChatClient client = TinyChat.Client();
        ChatResponse answer = await client.GetResponseAsync(TinyChat.Question, Greedy);
        int[] prompt = TinyChat.Format.EncodePrompt("What is 47 + 85?").Ids;
        GeneratedResponse drawn = TinyChat.Model.Generate(
            [prompt], 1, new SamplingOptions { Temperature = 0, StopIds = [TinyChat.Format.EndOfTurnId!.Value] })[0][0];

        Assert.Equal(ChatRole.Assistant, answer.Messages.Single().Role);
        Assert.Equal(TinyChat.Tokenizer.Decode(drawn.TokenIds, skipSpecialTokens: true).Trim(), answer.Text.Trim());
        Assert.Contains("132", answer.Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("tiny", answer.ModelId);
        Assert.Equal(
            (prompt.Length, drawn.TokenIds.Length, prompt.Length + drawn.TokenIds.Length),
            (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
        Assert.Equal(drawn.TokenIds, answer.AdditionalProperties![InnateChatClient.TokenIds]);
        Assert.Equal(drawn.LogProbabilities, answer.AdditionalProperties[InnateChatClient.LogProbabilities]);

        ChatResponse cut = await client.GetResponseAsync(TinyChat.Question, new() { Temperature = 0, MaxOutputTokens = 2 });
        Assert.Equal((ChatFinishReason.Length, 2), (cut.FinishReason, (int)cut.Usage!.OutputTokenCount!));
    }

    [Fact]
    public async Task A_streamed_answer_is_the_same_answer_piece_by_piece()
    {
        using InnateChatClient client = TinyChat.Client();
        var options = new ChatOptions { Temperature = 1, Seed = 5 };
        ChatResponse whole = await client.GetResponseAsync(TinyChat.Question, options);
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate u in client.GetStreamingResponseAsync(TinyChat.Question, options)) updates.Add(u);
        Assert.True(updates.Count > 5);
        Assert.Single(updates.Select(u => u.ResponseId).Distinct());

        ChatResponse joined = updates.ToChatResponse();
        Assert.Equal(whole.Text, joined.Text);
        Assert.Equal((whole.FinishReason, whole.Usage!.TotalTokenCount), (joined.FinishReason, joined.Usage!.TotalTokenCount));
        Assert.Equal(
            (double[])whole.AdditionalProperties![InnateChatClient.LogProbabilities]!,
            (double[])updates[^1].AdditionalProperties![InnateChatClient.LogProbabilities]!);
    }

    [Fact]
    public async Task Every_option_that_is_honoured_reaches_the_sampler()
    {
        var generator = new RecordingGenerator();
        using InnateChatClient client = TinyChat.Client(generator);
        await client.GetResponseAsync(TinyChat.Question, new ChatOptions
        {
            Temperature = 0.5f, TopP = 0.25f, TopK = 7, MaxOutputTokens = 9, Seed = -1, FrequencyPenalty = 0.125f,
                PresencePenalty = 2,
            StopSequences = ["\n", "stop"], ModelId = "tiny", ResponseFormat = ChatResponseFormat.Text,
            AdditionalProperties = new() { ["min_p"] = 0.5, ["repetition_penalty"] = 1.5 },
            Instructions = "Be brief.",
        });
        SamplingOptions asked = generator.Asked.Single();
        Assert.Equal(
            (0.5, 0.25, 7, 9, ulong.MaxValue, 0.125, 2.0, 0.5, 1.5),
            (asked.Temperature, asked.TopP, asked.TopK, asked.MaxTokens, asked.Seed, asked.FrequencyPenalty,
                asked.PresencePenalty, asked.MinP,
                asked.RepetitionPenalty));
        Assert.Equal(["\n", "stop"], asked.StopTexts!.Texts);
        Assert.Contains(TinyChat.Format.EndOfTurnId!.Value, asked.StopIds);
        Assert.Equal(
            TinyChat.Format.EncodePrompt(
                [new ConversationMessage("system", "Be brief."), new ConversationMessage("user", "What is 47 + 85?")]).Ids,
            generator.Prompts.Single());
    }

    public static TheoryData<string, ChatOptions> Impossible => new()
    {
        { "ChatOptions.Tools", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "ChatOptions.ToolMode", new ChatOptions { ToolMode = ChatToolMode.RequireAny } },
        { "ChatOptions.ResponseFormat", new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
        { "ChatOptions.ModelId", new ChatOptions { ModelId = "gpt-7" } },
        { "ChatOptions.ConversationId", new ChatOptions { ConversationId = "c" } },
        { "ChatOptions.Reasoning", new ChatOptions { Reasoning = new ReasoningOptions() } },
        { "ChatOptions.RawRepresentationFactory", new ChatOptions { RawRepresentationFactory = _ => new object() } },
        { "ChatOptions.AdditionalProperties[\"logit_bias\"]",
            new ChatOptions { AdditionalProperties = new() { ["logit_bias"] = 1 } } },
        { "ChatOptions.AdditionalProperties[\"min_p\"]",
            new ChatOptions { AdditionalProperties = new() { ["min_p"] = "much" } } },
        { "temperature", new ChatOptions { Temperature = -1 } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task What_cannot_be_honoured_is_refused_by_name(string name, ChatOptions options)
    {
        using InnateChatClient client = TinyChat.Client();
        InputException e = await Assert.ThrowsAsync<InputException>(() => client.GetResponseAsync(TinyChat.Question, options));
        Assert.StartsWith(name, e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(async () =>
        {
            await foreach (ChatResponseUpdate u in client.GetStreamingResponseAsync(TinyChat.Question, options)) _ = u;
        });
    }

    [Fact]
    public async Task Messages_that_the_model_cannot_read_are_refused()
    {
        using InnateChatClient client = TinyChat.Client();
        ChatMessage image = new(ChatRole.User,
            [new TextContent("what is this?"), new DataContent(new byte[] { 1 }, "image/png")]);
        InputException e = await Assert.ThrowsAsync<InputException>(() => client.GetResponseAsync([TinyChat.Question[0], image]));
        Assert.Equal("messages[1]: expected text, found DataContent, which the model cannot read.", e.Message);
        await Assert.ThrowsAsync<InputException>(() => client.GetResponseAsync([]));
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer_and_is_no_part_of_it()
    {
        using InnateChatClient client = TinyChat.Client();
        string whole = (await client.GetResponseAsync(TinyChat.Question, Greedy)).Text;
        string stop = whole.Substring(whole.Length / 2, 3);
        var options = new ChatOptions { Temperature = 0, StopSequences = [stop] };
        ChatResponse cut = await client.GetResponseAsync(TinyChat.Question, options);
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
        Assert.Equal(ChatFinishReason.Stop, cut.FinishReason);
        Assert.Equal(cut.Text, (await client.GetStreamingResponseAsync(TinyChat.Question, options).ToChatResponseAsync()).Text);
    }

    [Fact]
    public async Task Many_callers_at_once_get_what_each_would_get_alone()
    {
        using InnateChatClient client = TinyChat.Client();
        string[] alone = new string[8];
        for (int i = 0; i < 8; i++) alone[i] = (await Ask(i)).Text;
        ChatResponse[] together = await Task.WhenAll(Enumerable.Range(0, 8).Select(Ask));
        Assert.Equal(alone, together.Select(r => r.Text));
        Assert.True(alone.Distinct().Count() > 1);

        Task<ChatResponse> Ask(int i) =>
            client.GetResponseAsync(TinyChat.Question, new() { Temperature = 1.5f, Seed = i, MaxOutputTokens = 20 });
    }

    [Fact]
    public async Task Who_stops_listening_stops_the_drawing()
    {
        var endless = new RecordingGenerator { Endless = true };
        using InnateChatClient client = TinyChat.Client(endless);
        await foreach (ChatResponseUpdate u in client.GetStreamingResponseAsync(TinyChat.Question))
        {
            Assert.NotEqual("", u.Text);
            break;
        }

        Assert.True(endless.WasCancelled);

        using var stop = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate u in client.GetStreamingResponseAsync(TinyChat.Question, null, stop.Token)) _ = u;
        });
        using var other = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.GetResponseAsync(TinyChat.Question, null, other.Token));
    }

    [Fact]
    public void Its_parts_can_be_asked_for()
    {
        using InnateChatClient client = TinyChat.Client();
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Same(TinyChat.Model, client.GetService<ITraceSource>());
        Assert.Same(TinyChat.Tokenizer, client.GetService<Tokenizer>());
        Assert.Same(TinyChat.Format, client.GetService<ChatFormat>());
        Assert.Equal(("innate", "tiny"),
            (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Null(client.GetService<string>());
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
    }
}
