using System.Text.Json;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /v1/completions</c> as OpenAI and vLLM have it. lm-evaluation-harness reads log-likelihoods from it: with echo a
/// choice holds the prompt's tokens and those sampled, the first with null, and the same floats in token_logprobs and
/// top_logprobs. No beginning-of-sequence token is added unless add_special_tokens asks for it: the client counts with its own
/// tokenizer.
/// </summary>
internal static class CompletionsEndpoint
{
    public static async Task Handle(Call call, CompletionsRequest request)
    {
        CompletionsPlan plan = CompletionsPlan.Of(call, request);
        string id = $"cmpl-{Guid.NewGuid():N}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (plan.Stream)
        {
            await new CompletionsStream(call, plan, id, created).Run();
            return;
        }

        Completion[] all = await Completion.Run(call, plan.Prompts.Ids, plan.Sampling, plan.ReadLikeliest);
        await call.Json(w =>
        {
            WriteHead(w, call, id, created);
            w.WriteStartArray("choices");
            int index = 0, sampled = 0;
            foreach ((Completion completion, int p) in all.Select((c, i) => (c, i)))
            {
                foreach (GeneratedResponse? response in completion.Choices)
                {
                    WriteChoice(w, call, plan, completion, p, response, index++);
                    sampled += response?.TokenIds.Length ?? 0;
                }
            }

            w.WriteEndArray();
            Replies.Usage(w, plan.PromptTokens, sampled);
            call.Model.Fingerprint.Write(w, null);
        });
    }

    /// <summary>The fields before a reply's choices, and before those of each piece of a stream.</summary>
    internal static void WriteHead(Utf8JsonWriter w, Call call, string id, long created)
    {
        w.WriteString("id", id);
        w.WriteString("object", "text_completion");
        w.WriteNumber("created", created);
        w.WriteString("model", call.Model.Name);
        w.WriteString("system_fingerprint", call.Model.Fingerprint.Id);
    }

    private static void WriteChoice(
        Utf8JsonWriter w, Call call, CompletionsPlan plan, Completion completion, int p, GeneratedResponse? response, int index)
    {
        SampledText sampled = new(call.Model, completion.Prompt, plan.Sampling);
        (string text, List<TokenLogProb> tokens) = response is null ? ("", []) : sampled.All(response);
        List<TokenLogProb> own = plan.Echo || plan.PromptLogProbs is not null
            ? SampledText.OfPrompt(call.Model, completion.Prompt, completion.Reading)
            : [];
        w.WriteStartObject();
        w.WriteNumber("index", index);
        w.WriteString("text", plan.Echo ? plan.EchoOf(call, p) + text : text);
        w.WriteString("finish_reason", response is null ? "length" : sampled.Finish(response.FinishReason));
        w.WriteString("stop_reason", sampled.StopText);
        if (plan.LogProbs is { } count)
        {
            LogProbFormats.WriteArrays(w, plan.Echo ? [.. own, .. tokens] : tokens, count, 0, call.Model.Names, plan.TokensAsIds);
        }
        else
        {
            w.WriteNull("logprobs");
        }

        if (plan.PromptLogProbs is { } k) LogProbFormats.WritePrompt(w, own, k, call.Model.Names);
        if (plan.ReturnsIds)
        {
            Replies.Ids(w, "prompt_token_ids", completion.Prompt);
            Replies.Ids(w, "token_ids", response?.TokenIds ?? []);
        }

        w.WriteEndObject();
    }
}
