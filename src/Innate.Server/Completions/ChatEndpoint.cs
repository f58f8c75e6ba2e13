using System.Text.Json;
using System.Threading.Channels;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary><c>POST /v1/chat/completions</c>: the template renders the conversation; what ends a turn is no part of the reply.</summary>
internal static class ChatEndpoint
{
    public static async Task Handle(Call call)
    {
        Fields fields = await call.ReadFields();
        Ask ask = Read(call, fields);
        string id = $"chatcmpl-{Guid.NewGuid():N}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (ask.Stream)
        {
            await Stream(call, ask, id, created);
            return;
        }

        Completion completion = (await Completion.Run(call, [ask.Prompt], ask.Request, likeliest: null))[0];
        await call.Json(w =>
        {
            WriteHead(w, call, "chat.completion", id, created);
            w.WriteStartArray("choices");
            for (int i = 0; i < completion.Responses.Length; i++)
            {
                GeneratedResponse response = completion.Responses[i];
                DrawnText drawn = new(call.Model, ask.Prompt, ask.Request);
                (string text, List<TokenLine> lines) = drawn.All(response);
                w.WriteStartObject();
                w.WriteNumber("index", i);
                w.WriteStartObject("message");
                w.WriteString("role", "assistant");
                w.WriteString("content", text);
                w.WriteNull("refusal");
                w.WriteEndObject();
                WriteLogProbs(w, call, ask, lines);
                w.WriteString("finish_reason", drawn.Finish(response.FinishReason));
                w.WriteEndObject();
            }

            w.WriteEndArray();
            Replies.Usage(w, ask.Prompt.Length, completion.Responses.Sum(r => (long)r.TokenIds.Length));
            call.Model.Fingerprint.Write(w, null);
        });
    }

    /// <summary>OpenAI's messages: content is a text, or parts that are texts.</summary>
    internal static List<ChatMessage> Messages(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) throw Fields.Wrong("messages", "an array of messages", value);
        List<ChatMessage> messages = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            string place = $"messages[{messages.Count}].";
            Fields message = new(item, place);
            string role = message.Text("role") ?? throw new InputException($"the field \"{place}role\" is missing");
            JsonElement content = message.Required("content");
            message.Finish();
            string text = content.ValueKind == JsonValueKind.Array
                ? string.Concat(content.EnumerateArray().Select((part, i) => Part(part, $"{place}content[{i}].")))
                : Fields.AsText(content, $"{place}content");
            messages.Add(new ChatMessage(role == "developer" ? "system" : role, text));
        }

        return messages.Count > 0 ? messages : throw new InputException("\"messages\" is empty; expected at least one message");
    }

    private static string Part(JsonElement part, string place)
    {
        Fields fields = new(part, place);
        string? type = fields.Text("type");
        if (type != "text") throw new InputException($"\"{place}type\": expected text, found '{type}': this model reads text alone");
        string text = Fields.AsText(fields.Required("text"), $"{place}text");
        fields.Finish();
        return text;
    }

    private static Ask Read(Call call, Fields fields)
    {
        List<ChatMessage> messages = Messages(fields.Required("messages"));
        Dictionary<string, string>? variables = fields.Get("chat_template_kwargs") is { } kwargs
            ? new Fields(kwargs, "chat_template_kwargs.").Variables()
            : null;
        ChatFormat format = call.Model.Format(new ChatFormatOptions { Raw = call.Model.Raw, Variables = variables });
        int[] prompt = format.EncodePrompt(messages);
        bool logprobs = fields.Flag("logprobs") ?? false;
        int? top = fields.Whole("top_logprobs", 0, call.Server.Options.MaxLogProbabilities);
        if (top > 0 && !logprobs) throw new InputException("\"top_logprobs\" needs \"logprobs\": true");
        SamplingRequest request = SamplingRequest.Read(
            fields, call.Model, int.MaxValue, ["max_tokens", "max_completion_tokens"], leastTokens: 1);
        fields.Refuse("tools", "tools are not supported", "[]");
        fields.Refuse("tool_choice", "tools are not supported", "none", "auto");
        fields.Refuse("response_format", "only text is supported", "{\"type\":\"text\"}");
        Ask ask = new(
            prompt, request with { Options = request.Options with { Likeliest = logprobs ? top ?? 0 : null } }, logprobs, top ?? 0,
            fields.Flag("stream") ?? false, CompletionsEndpoint.StreamUsage(fields));
        fields.Finish();
        return ask;
    }

    private static void WriteHead(Utf8JsonWriter w, Call call, string kind, string id, long created)
    {
        w.WriteString("id", id);
        w.WriteString("object", kind);
        w.WriteNumber("created", created);
        w.WriteString("model", call.Model.Name);
        w.WriteString("system_fingerprint", call.Model.Fingerprint.Id);
    }

    // The token that ends the turn is said by finish_reason, not by the content.
    private static void WriteLogProbs(Utf8JsonWriter w, Call call, Ask ask, IReadOnlyList<TokenLine> lines)
    {
        if (!ask.LogProbs)
        {
            w.WriteNull("logprobs");
            return;
        }

        TokenLines.WriteContent(w, [.. lines.Where(l => !ask.Request.Options.StopIds.Contains(l.Id))], ask.Top, call.Model.Names);
    }

    private static async Task Stream(Call call, Ask ask, string id, long created)
    {
        ServerSentEvents events = new(call);
        Channel<GeneratedToken> tokens = Channel.CreateUnbounded<GeneratedToken>();
        DrawnText[] texts = [.. Enumerable.Range(0, ask.Request.Count).Select(_ => new DrawnText(call.Model, ask.Prompt, ask.Request))];
        bool[] begun = new bool[texts.Length];
        Task<Completion[]> running = Completion.Run(call, [ask.Prompt], ask.Request, null, t => tokens.Writer.TryWrite(t));
        _ = running.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        await foreach (GeneratedToken token in tokens.Reader.ReadAllAsync(call.Cancellation))
        {
            await Begin(token.Response);
            (string piece, TokenLine line) = texts[token.Response].Push(token.TokenId, token.LogProbability, token.Likeliest);
            if (piece.Length > 0 || ask.LogProbs) await events.Send(w => Chunk(w, token.Response, piece, [line], null));
        }

        GeneratedResponse[] responses = (await running)[0].Responses;
        for (int i = 0; i < responses.Length; i++)
        {
            int at = i;
            await Begin(at);
            string rest = texts[at].Flush(), finish = texts[at].Finish(responses[at].FinishReason);
            await events.Send(w => Chunk(w, at, rest, [], finish));
        }

        if (ask.StreamUsage)
        {
            await events.Send(w =>
            {
                WriteHead(w, call, "chat.completion.chunk", id, created);
                w.WriteStartArray("choices");
                w.WriteEndArray();
                Replies.Usage(w, ask.Prompt.Length, responses.Sum(r => (long)r.TokenIds.Length));
            });
        }

        await events.Done();

        async Task Begin(int index)
        {
            if (begun[index]) return;
            begun[index] = true;
            await events.Send(w => Chunk(w, index, "", [], null, role: true));
        }

        void Chunk(Utf8JsonWriter w, int index, string text, List<TokenLine> lines, string? finish, bool role = false)
        {
            WriteHead(w, call, "chat.completion.chunk", id, created);
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", index);
            w.WriteStartObject("delta");
            if (role) w.WriteString("role", "assistant");
            if (role || text.Length > 0) w.WriteString("content", text);
            w.WriteEndObject();
            if (lines.Count > 0) WriteLogProbs(w, call, ask, lines);
            else w.WriteNull("logprobs");
            w.WriteString("finish_reason", finish);
            w.WriteEndObject();
            w.WriteEndArray();
        }
    }

    /// <summary>A request, read.</summary>
    private sealed record Ask(int[] Prompt, SamplingRequest Request, bool LogProbs, int Top, bool Stream, bool StreamUsage);
}
