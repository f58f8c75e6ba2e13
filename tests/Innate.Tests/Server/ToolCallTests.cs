using System.ClientModel;
using System.Text;
using System.Text.Json;
using Innate.Generation;
using Innate.Server.Models;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using Innate.Text;
using OpenAI;
using OpenAI.Chat;

namespace Innate.Tests.Server;

/// <summary>A chat with tools: they reach the template, calls come back, whole and in pieces.</summary>
public sealed class ToolCallTests : IAsyncLifetime
{
    private const string Hermes =
        "{% if tools %}<|im_start|>system\nCall in <tool_call></tool_call>: {{ tools|tojson }}<|im_end|>\n{% endif %}";

    private const string Messages =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content + '' }}{% for c in m.tool_calls or [] %}"
        + "<tool_call>{{ c.function|tojson }}</tool_call>{% endfor %}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const string Sum = "So: \n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": [2]}}\n</tool_call>"
        + "<tool_call>{\"name\": \"stop\", \"arguments\": {}}</tool_call>";

    private static readonly string Tiny = Path.Combine(Places.Repository, "models", "innate-tiny");

    private readonly Scripted _model = new(Tokenizer.Load(Tiny));
    private RunningServer _server = null!;
    private ChatClient _chat = null!;

    public async Task InitializeAsync()
    {
        _server = await Serve(Hermes + Messages);
        _chat = new OpenAIClient(
            new ApiKeyCredential("k"), new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "/v1") }).GetChatClient("m");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_official_client_gets_the_calls_and_may_answer_them()
    {
        _model.Says = Sum;
        List<ChatMessage> talk = [new UserChatMessage("What is 1 + 2?")];
        ChatCompletionOptions options = new()
        {
            Tools =
            {
                ChatTool.CreateFunctionTool("add", "Adds.", BinaryData.FromString("{\"type\":\"object\",\"properties\":{}}")),
            },
        };
        ChatCompletion reply = await _chat.CompleteChatAsync(talk, options);
        Assert.Equal(ChatFinishReason.ToolCalls, reply.FinishReason);
        Assert.Equal("So:", reply.Content[0].Text);
        Assert.Equal(["add{\"a\": 1, \"b\": [2]}", "stop{}"], reply.ToolCalls.Select(c => c.FunctionName + c.FunctionArguments));
        Assert.Equal(2, reply.ToolCalls.Select(c => c.Id).Distinct().Count());
        Assert.Contains("\"description\": \"Adds.\"", _model.Asked, StringComparison.Ordinal);

        talk.Add(new AssistantChatMessage(reply));
        talk.Add(new ToolChatMessage(reply.ToolCalls[0].Id, "3"));
        _model.Says = "It is 3.";
        reply = await _chat.CompleteChatAsync(talk, options);
        Assert.Equal((ChatFinishReason.Stop, "It is 3."), (reply.FinishReason, reply.Content[0].Text));
        Assert.Contains(
            "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": [2]}}</tool_call>", _model.Asked,
            StringComparison.Ordinal);
        Assert.Contains("<|im_start|>tool\n3<|im_end|>", _model.Asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sum, "So:", 2, ChatFinishReason.ToolCalls)]
    [InlineData("It is < 3 <tool, yes", "It is < 3 <tool, yes", 0, ChatFinishReason.Stop)]
    [InlineData("<tool_call>{\"name\"</tool_call>", "<tool_call>{\"name\"</tool_call>", 0, ChatFinishReason.Stop)]
    public async Task A_stream_says_what_the_whole_reply_says(string says, string content, int calls, ChatFinishReason finish)
    {
        _model.Says = says;
        StringBuilder text = new();
        List<StreamingChatToolCallUpdate> updates = [];
        ChatFinishReason? ended = null;
        ChatCompletionOptions options = new() { Tools = { ChatTool.CreateFunctionTool("add") } };
        await foreach (StreamingChatCompletionUpdate update in _chat.CompleteChatStreamingAsync(
            [new UserChatMessage("q")], options))
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate) text.Append(part.Text);
            updates.AddRange(update.ToolCallUpdates);
            ended ??= update.FinishReason;
        }

        Assert.Equal((content, finish, calls), (text.ToString(), ended, updates.Count));
        Assert.Equal(Enumerable.Range(0, calls), updates.Select(u => u.Index));
        ChatCompletion whole = await _chat.CompleteChatAsync([new UserChatMessage("q")], options);
        Assert.Equal((content, finish), (whole.Content[0].Text, whole.FinishReason));
        Assert.Equal(
            whole.ToolCalls.Select(c => c.FunctionName + c.FunctionArguments),
            updates.Select(u => u.FunctionName + u.FunctionArgumentsUpdate));
    }

    [Fact]
    public async Task A_reply_of_calls_alone_has_no_content_and_one_that_cannot_be_read_says_why()
    {
        _model.Says = "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>";
        JsonElement choice = await Choice("");
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("content").ValueKind);
        Assert.False(choice.TryGetProperty("tool_call_problems", out _));
        _model.Says = "<tool_call>junk</tool_call>";
        choice = await Choice("");
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Contains("found no JSON", choice.GetProperty("tool_call_problems")[0].GetString(), StringComparison.Ordinal);

        // Where no call is wanted, none is looked for, and the template is given no tools.
        choice = await Choice(",\"tool_choice\":\"none\"");
        Assert.Equal(_model.Says, choice.GetProperty("message").GetProperty("content").GetString());
        Assert.DoesNotContain("system", _model.Asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"tools\":{}", "\"tools\": expected an array of tools, found")]
    [InlineData("\"tools\":[{\"type\":\"custom\"}]", "\"tools[0].type\": expected function, found 'custom'")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "\"tools[0].function\"")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"\"}}]", "\"tools[0].function.name\" is empty")]
    [InlineData(
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true}}]", "not forced into their schema")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]", "a JSON Schema")]
    [InlineData(
        "\"tools\":[F],\"tool_choice\":\"required\"", "expected none or auto: a call cannot be promised here, found 'required'")]
    [InlineData("\"tools\":[F],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", "cannot be promised")]
    [InlineData(
        "\"tools\":[F],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}", "one of the tools, found 'g'")]
    [InlineData("\"tools\":[F],\"parallel_tool_calls\":false", "\"parallel_tool_calls\": expected true")]
    public async Task What_cannot_be_promised_is_refused_in_a_sentence(string fields, string sentence)
    {
        Reply reply = await _server.Post(
            "/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
            + fields.Replace("F", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", StringComparison.Ordinal) + "}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(sentence, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_template_takes_no_tools_is_refused_in_a_sentence()
    {
        await using RunningServer server = await Serve(Messages);
        Reply reply = await server.Post("/v1/chat/completions", Body(""));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("expected a chat template that takes them", reply.Error, StringComparison.Ordinal);
    }

    // The template would say this in its own words, with a path of this machine, or write something else.
    [Theory]
    [InlineData("7", "\"messages[1].tool_calls\" must be an array of calls, found the number 7")]
    [InlineData("{}", "\"messages[1].tool_calls\" must be an array of calls, found an object")]
    [InlineData("[7]", "\"messages[1].tool_calls[0]\" must be an object, found the number 7")]
    [InlineData("[{\"id\":7,\"function\":{\"name\":\"f\"}}]", "\"messages[1].tool_calls[0].id\" must be a string, found")]
    [InlineData("[{\"function\":\"f\"}]", "\"messages[1].tool_calls[0].function\" must be an object, found a string")]
    [InlineData("[{\"function\":{}}]", "\"messages[1].tool_calls[0].function\" has no \"name\"")]
    [InlineData("[{\"name\":[]}]", "\"messages[1].tool_calls[0].name\" must be a string, found an array")]
    [InlineData(
        "[{\"function\":{\"name\":\"f\",\"arguments\":7}}]",
        "\"messages[1].tool_calls[0].function.arguments\" must be an object or a string that holds one, found the number 7")]
    public async Task Calls_of_another_shape_are_named_by_their_path(string calls, string sentence)
    {
        string talk = "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":CALLS}]"
            .Replace("CALLS", calls, StringComparison.Ordinal);
        Reply reply = await _server.Post("/v1/chat/completions", $"{{\"messages\":{talk}}}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(sentence, reply.Error, StringComparison.Ordinal);
        Reply row = await _server.Post("/v1/rewards", $"{{\"messages\":{talk},\"response\":\"a\"}}");
        Assert.Contains(sentence, row.Error, StringComparison.Ordinal);
    }

    private static string Body(string more) => "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
        + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]" + more + "}";

    private async Task<JsonElement> Choice(string more) =>
        (await _server.Post("/v1/chat/completions", Body(more))).Json.GetProperty("choices")[0];

    private Task<RunningServer> Serve(string template) => RunningServer.Start(new ServedModel
    {
        Name = "m",
        Folder = "m",
        Traces = new FakeModel { MaxPositions = 4096, VocabularySize = 512 },
        Tokenizer = _model.Tokenizer,
        Template = new ChatTemplate(template),
        Generator = _model,
        Fingerprint = new ModelFingerprint("w", "t", "c"),
    });

    // A model that says what it is told.
    private sealed class Scripted(Tokenizer tokenizer) : ITextGenerator
    {
        public Tokenizer Tokenizer => tokenizer;

        public string Says { get; set; } = "";

        public string Asked { get; private set; } = "";

        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
            Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default)
        {
            Asked = tokenizer.Decode(prompts[0]);
            int[] ids = [.. tokenizer.EncodeContinuation(Says), tokenizer.TokenToId("<|im_end|>")!.Value];
            foreach (int id in ids) onToken?.Invoke(new GeneratedToken(0, 0, id) { LogProbability = -1 });
            return [[new GeneratedResponse(ids, [.. ids.Select(_ => -1.0)], FinishReason.Stop)]];
        }
    }
}
