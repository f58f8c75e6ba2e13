using System.Text.Json;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Server.Models;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /generate</c> as SGLang has it: one prompt gives an object, several an array. Log-probabilities are
/// <c>[number or null, id, text or null]</c>; the first token that is returned of a prompt has null.
/// </summary>
internal static class SglangEndpoint
{
    private const int DefaultTokens = 128;

    public static async Task Handle(Call call)
    {
        Fields fields = await call.ReadFields();
        Ask ask = Read(call, fields);
        bool reads = ask.LogProbs && ask.Start >= 0;
        Completion[] all = await Completion.Run(call, ask.Prompts, ask.Request, reads ? ask.Top : null);
        await call.Value(w =>
        {
            if (ask.IsBatch) w.WriteStartArray();
            foreach (Completion completion in all)
            {
                foreach (GeneratedResponse? response in completion.Choices)
                {
                    Write(w, call, ask, completion, response);
                }
            }

            if (ask.IsBatch) w.WriteEndArray();
        });
    }

    private static Ask Read(Call call, Fields fields)
    {
        bool hasText = fields.Has("text");
        if (hasText == fields.Has("input_ids")) throw new InputException("expected either \"text\" or \"input_ids\"");
        JsonElement input = fields.Required(hasText ? "text" : "input_ids");
        (int[][] prompts, _) = CompletionsEndpoint.Prompts(call, input, special: false, hasText ? "text" : "input_ids");
        bool isBatch = input.ValueKind == JsonValueKind.Array && input[0].ValueKind != JsonValueKind.Number;
        bool logprobs = fields.Flag("return_logprob") ?? false;
        int start = fields.Whole("logprob_start_len", -1, int.MaxValue) ?? -1;
        int top = fields.Whole("top_logprobs_num", 0, call.Server.Options.MaxLogProbabilities) ?? 0;
        using JsonDocument empty = JsonDocument.Parse("{}");
        Fields sampling = new(fields.Get("sampling_params") ?? empty.RootElement, "sampling_params.");
        SamplingRequest request = SamplingRequest.Read(sampling, call.Model, DefaultTokens, ["max_new_tokens"], leastTokens: 0);
        sampling.Ignore("no_stop_trim");
        sampling.Finish();
        Ask ask = new(
            prompts, isBatch || request.Count > 1, request with { Options = request.Options with { Likeliest = logprobs ? top : null } },
            logprobs, start, top, fields.Flag("return_text_in_logprobs") ?? false);
        fields.Refuse("stream", "this dialect is not streamed here; /v1/completions is", "false");
        fields.Refuse("token_ids_logprob", "chosen tokens' log-probabilities are not told; top_logprobs_num tells the likeliest", "[]", "-1");
        fields.Ignore("rid", "model", "log_metrics", "background");
        fields.Finish();
        if (request.Count * prompts.Length > call.Server.Options.MaxItems)
        {
            throw new InputException($"\"n\": {request.Count} responses to {prompts.Length} prompts are more than {call.Server.Options.MaxItems}");
        }

        return ask;
    }

    private static void Write(Utf8JsonWriter w, Call call, Ask ask, Completion completion, GeneratedResponse? response)
    {
        DrawnText drawn = new(call.Model, completion.Prompt, ask.Request);
        (string text, List<TokenLine> lines) = response is null ? ("", []) : drawn.All(response);
        w.WriteStartObject();
        w.WriteString("text", text);
        Replies.Ids(w, "output_ids", response?.TokenIds ?? []);
        w.WriteStartObject("meta_info");
        w.WriteString("id", Guid.NewGuid().ToString("N"));
        w.WriteNumber("prompt_tokens", completion.Prompt.Length);
        w.WriteNumber("completion_tokens", response?.TokenIds.Length ?? 0);
        w.WriteNumber("cached_tokens", 0);
        WriteFinish(w, drawn, response);
        w.WriteString("weight_version", call.Model.Fingerprint.Weights);
        if (ask.LogProbs)
        {
            List<TokenLine> own = ask.Start >= 0 && ask.Start < completion.Prompt.Length
                ? DrawnText.LinesOf(call.Model, completion.Prompt, completion.Reading)[ask.Start..]
                : [];
            if (own.Count > 0) own[0] = own[0] with { LogProbability = null, Likely = null };
            WriteTokens(w, "input_token_logprobs", own, ask.WithText);
            WriteTokens(w, "output_token_logprobs", lines, ask.WithText);
            if (ask.Top > 0)
            {
                WriteTop(w, "input_top_logprobs", own, ask, call.Model.Names);
                WriteTop(w, "output_top_logprobs", lines, ask, call.Model.Names);
            }
        }

        call.Model.Fingerprint.Write(w, null);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private static void WriteFinish(Utf8JsonWriter w, DrawnText drawn, GeneratedResponse? response)
    {
        w.WriteStartObject("finish_reason");
        if (response is not null && drawn.Finish(response.FinishReason) == "stop")
        {
            w.WriteString("type", "stop");
            if (drawn.StopText is { } stop) w.WriteString("matched", stop);
            else w.WriteNumber("matched", response.TokenIds[^1]);
        }
        else
        {
            w.WriteString("type", "length");
            w.WriteNumber("length", response?.TokenIds.Length ?? 0);
        }

        w.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter w, string name, List<TokenLine> lines, bool withText)
    {
        w.WriteStartArray(name);
        foreach (TokenLine line in lines) Entry(w, line.LogProbability, line.Id, withText ? line.Name : null);
        w.WriteEndArray();
    }

    private static void WriteTop(Utf8JsonWriter w, string name, List<TokenLine> lines, Ask ask, TokenNames names)
    {
        w.WriteStartArray(name);
        foreach (TokenLine line in lines)
        {
            if (line.Likely is not { } likely)
            {
                w.WriteNullValue();
                continue;
            }

            w.WriteStartArray();
            for (int i = 0; i < Math.Min(ask.Top, likely.Ids.Length); i++)
            {
                Entry(w, likely.LogProbabilities[i], likely.Ids[i], ask.WithText ? names.Of(likely.Ids[i]) : null);
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    private static void Entry(Utf8JsonWriter w, double? logProbability, int id, string? text)
    {
        w.WriteStartArray();
        TokenLines.WriteNumberOrNull(w, logProbability);
        w.WriteNumberValue(id);
        w.WriteStringValue(text);
        w.WriteEndArray();
    }

    /// <summary>A request, read.</summary>
    private sealed record Ask(
        int[][] Prompts, bool IsBatch, SamplingRequest Request, bool LogProbs, int Start, int Top, bool WithText);
}
