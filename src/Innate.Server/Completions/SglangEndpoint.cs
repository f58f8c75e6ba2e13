using System.Text.Json;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Requests;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /generate</c> as SGLang has it: one prompt gives an object, several an array. Log-probabilities are
/// <c>[number or null, id, text or null]</c>; the first token that is returned of a prompt has null.
/// </summary>
internal static class SglangEndpoint
{
    private const int DefaultTokens = 128;

    private const string Sampling = "sampling_params.";

    public static async Task Handle(Call call, GenerateRequest request)
    {
        GeneratePlan plan = PlanOf(call, request);
        bool reads = plan.LogProbs && plan.Start >= 0;
        Completion[] all = await Completion.Run(call, plan.Prompts, plan.Sampling, reads ? plan.Top : null);
        await call.Value(w =>
        {
            if (plan.IsBatch) w.WriteStartArray();
            foreach (Completion completion in all)
            {
                foreach (GeneratedResponse? response in completion.Choices)
                {
                    Write(w, call, plan, completion, response);
                }
            }

            if (plan.IsBatch) w.WriteEndArray();
        });
    }

    private static GeneratePlan PlanOf(Call call, GenerateRequest request)
    {
        if (request.Text is null == request.InputIds is null)
        {
            throw new InputException("expected either \"text\" or \"input_ids\"");
        }

        JsonElement input = request.Text ?? request.InputIds!.Value;
        string field = request.Text is null ? "input_ids" : "text";
        int[][] prompts = PromptInput.Read(call, input, special: false, field).Ids;
        bool isBatch = input.ValueKind == JsonValueKind.Array && input[0].ValueKind != JsonValueKind.Number;
        bool logprobs = request.ReturnLogprob ?? false;
        int start = FieldChecks.Whole(request.LogprobStartLen, "logprob_start_len", -1, int.MaxValue) ?? -1;
        int most = call.Server.Options.MaxLogProbabilities;
        int top = FieldChecks.Whole(request.TopLogprobsNum, "top_logprobs_num", 0, most) ?? 0;
        FieldChecks.Unsupported(request.Stream, "stream", "this dialect is not streamed here; /v1/completions is", "false");
        FieldChecks.Unsupported(
            request.TokenIdsLogprob, "token_ids_logprob",
            "chosen tokens' log-probabilities are not told; top_logprobs_num tells the likeliest", "[]", "-1");
        GenerateSampling parameters = request.SamplingParams ?? new GenerateSampling();
        int tokens = FieldChecks.Whole(parameters.MaxNewTokens, Sampling + "max_new_tokens", 0, int.MaxValue) ?? DefaultTokens;
        SamplingRequest sampling = SamplingRequest.Of(parameters, call.Model, tokens, logprobs ? top : null, Sampling);
        PromptInput.Require(call, prompts, sampling, field);
        return new GeneratePlan(
            prompts, isBatch || sampling.Count > 1,
            sampling, logprobs, start, top, request.ReturnTextInLogprobs ?? false);
    }

    private static void Write(Utf8JsonWriter w, Call call, GeneratePlan plan, Completion completion, GeneratedResponse? response)
    {
        SampledText sampled = new(call.Model, completion.Prompt, plan.Sampling);
        (string text, List<TokenLogProb> tokens) = response is null ? ("", []) : sampled.All(response);
        w.WriteStartObject();
        w.WriteString("text", text);
        Replies.Ids(w, "output_ids", response?.TokenIds ?? []);
        w.WriteStartObject("meta_info");
        w.WriteString("id", Guid.NewGuid().ToString("N"));
        w.WriteNumber("prompt_tokens", completion.Prompt.Length);
        w.WriteNumber("completion_tokens", response?.TokenIds.Length ?? 0);
        w.WriteNumber("cached_tokens", 0);
        WriteFinish(w, sampled, response);
        w.WriteString("weight_version", call.Model.Fingerprint.Weights);
        if (plan.LogProbs)
        {
            List<TokenLogProb> own = plan.Start >= 0 && plan.Start < completion.Prompt.Length
                ? SampledText.OfPrompt(call.Model, completion.Prompt, completion.Reading)[plan.Start..]
                : [];
            if (own.Count > 0) own[0] = own[0] with { LogProbability = null, Likely = null };
            WriteTokens(w, "input_token_logprobs", own, plan.WithText);
            WriteTokens(w, "output_token_logprobs", tokens, plan.WithText);
            if (plan.Top > 0)
            {
                WriteTop(w, "input_top_logprobs", own, plan, call.Model.Names);
                WriteTop(w, "output_top_logprobs", tokens, plan, call.Model.Names);
            }
        }

        call.Model.Fingerprint.Write(w, null);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private static void WriteFinish(Utf8JsonWriter w, SampledText sampled, GeneratedResponse? response)
    {
        w.WriteStartObject("finish_reason");
        if (response is not null && sampled.Finish(response.FinishReason) == "stop")
        {
            w.WriteString("type", "stop");
            if (sampled.StopText is { } stop) w.WriteString("matched", stop);
            else w.WriteNumber("matched", response.TokenIds[^1]);
        }
        else
        {
            w.WriteString("type", "length");
            w.WriteNumber("length", response?.TokenIds.Length ?? 0);
        }

        w.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter w, string name, List<TokenLogProb> tokens, bool withText)
    {
        w.WriteStartArray(name);
        foreach (TokenLogProb token in tokens) Entry(w, token.LogProbability, token.Id, withText ? token.Name : null);
        w.WriteEndArray();
    }

    private static void WriteTop(Utf8JsonWriter w, string name, List<TokenLogProb> tokens, GeneratePlan plan, TokenNames names)
    {
        w.WriteStartArray(name);
        foreach (TokenLogProb token in tokens)
        {
            if (token.Likely is not { } likely)
            {
                w.WriteNullValue();
                continue;
            }

            w.WriteStartArray();
            for (int i = 0; i < Math.Min(plan.Top, likely.Ids.Length); i++)
            {
                Entry(w, likely.LogProbabilities[i], likely.Ids[i], plan.WithText ? names.Of(likely.Ids[i]) : null);
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    private static void Entry(Utf8JsonWriter w, double? logProbability, int id, string? text)
    {
        w.WriteStartArray();
        LogProbFormats.WriteNumberOrNull(w, logProbability);
        w.WriteNumberValue(id);
        w.WriteStringValue(text);
        w.WriteEndArray();
    }

    /// <summary>What a request asks for, checked.</summary>
    private sealed record GeneratePlan(
        int[][] Prompts, bool IsBatch, SamplingRequest Sampling, bool LogProbs, int Start, int Top, bool WithText);
}
