using System.Text.Json;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Text.ToolCalls;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /v1/chat/completions</c>: the template renders the conversation; what ends a turn is no part of the reply.
/// </summary>
internal static class ChatEndpoint
{
    public static async Task Handle(Call call, ChatRequest request)
    {
        ChatPlan plan = ChatPlan.Of(call, request);
        string id = $"chatcmpl-{Guid.NewGuid():N}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (plan.Stream)
        {
            await new ChatStream(call, plan, id, created).Run();
            return;
        }

        Completion completion = (await Completion.Run(call, [plan.Prompt], plan.Sampling, likeliest: null))[0];
        await call.Json(w =>
        {
            WriteHead(w, call, "chat.completion", id, created);
            w.WriteStartArray("choices");
            for (int i = 0; i < completion.Responses.Length; i++) WriteChoice(w, call, plan, completion.Responses[i], i);
            w.WriteEndArray();
            Replies.Usage(w, plan.Prompt.Length, completion.Responses.Sum(r => (long)r.TokenIds.Length));
            call.Model.Fingerprint.Write(w, null);
        });
    }

    /// <summary>The fields before a reply's choices, and before those of each piece of a stream.</summary>
    internal static void WriteHead(Utf8JsonWriter w, Call call, string kind, string id, long created)
    {
        w.WriteString("id", id);
        w.WriteString("object", kind);
        w.WriteNumber("created", created);
        w.WriteString("model", call.Model.Name);
        w.WriteString("system_fingerprint", call.Model.Fingerprint.Id);
    }

    /// <summary>
    /// Log-probabilities of the content. The token that ends the turn is said by finish_reason, not by the content.
    /// </summary>
    internal static void WriteLogProbs(Utf8JsonWriter w, Call call, ChatPlan plan, IReadOnlyList<TokenLogProb> tokens)
    {
        if (!plan.LogProbs)
        {
            w.WriteNull("logprobs");
            return;
        }

        LogProbFormats.WriteContent(
            w, [.. tokens.Where(t => !plan.Sampling.Options.StopIds.Contains(t.Id))], plan.Top, call.Model.Names);
    }

    private static void WriteChoice(Utf8JsonWriter w, Call call, ChatPlan plan, GeneratedResponse response, int index)
    {
        SampledText sampled = new(call.Model, plan.Prompt, plan.Sampling);
        (string text, List<TokenLogProb> tokens) = sampled.All(response);
        ToolReply said = plan.Form is { } form ? ToolCallParser.Parse(text, form) : new ToolReply(text, [], []);
        w.WriteStartObject();
        w.WriteNumber("index", index);
        w.WriteStartObject("message");
        w.WriteString("role", "assistant");
        w.WriteString("content", said.Calls.Count > 0 && said.Content.Length == 0 ? null : said.Content);
        w.WriteNull("refusal");
        if (said.Calls.Count > 0)
        {
            w.WriteStartArray("tool_calls");
            foreach (ToolCall wanted in said.Calls) ChatTools.Write(w, wanted, plan.Form!.Value);
            w.WriteEndArray();
        }

        w.WriteEndObject();
        WriteLogProbs(w, call, plan, tokens);
        w.WriteString("finish_reason", FinishOf(sampled.Finish(response.FinishReason), said));
        ChatTools.WriteProblems(w, said.Problems);
        w.WriteEndObject();
    }

    /// <summary>Why a turn ended: to call something, where it does and came to its own end.</summary>
    internal static string FinishOf(string finish, ToolReply said) =>
        said.Calls.Count > 0 && finish == "stop" ? "tool_calls" : finish;
}
