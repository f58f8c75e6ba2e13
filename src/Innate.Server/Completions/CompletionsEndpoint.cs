using System.Text.Json;
using System.Threading.Channels;
using Innate.Generation;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Models;

namespace Innate.Server.Completions;

/// <summary>
/// <c>POST /v1/completions</c> as OpenAI and vLLM have it. lm-evaluation-harness reads log-likelihoods from it: with echo a choice
/// holds the prompt's tokens and those drawn, the first with null, and the same floats in token_logprobs and top_logprobs. No
/// beginning-of-sequence token is added unless add_special_tokens asks for it: the client counts with its own tokenizer.
/// </summary>
internal static class CompletionsEndpoint
{
    private const int DefaultTokens = 16;

    public static async Task Handle(Call call)
    {
        Fields fields = await call.ReadFields();
        Ask ask = Read(call, fields);
        string id = $"cmpl-{Guid.NewGuid():N}";
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (ask.Stream)
        {
            await Stream(call, ask, id, created);
            return;
        }

        Completion[] all = await Completion.Run(call, ask.Prompts, ask.Request, ask.ReadLikeliest);
        await call.Json(w =>
        {
            WriteHead(w, call, id, created);
            w.WriteStartArray("choices");
            int index = 0, drawn = 0;
            foreach ((Completion completion, int p) in all.Select((c, i) => (c, i)))
            {
                foreach (GeneratedResponse? response in completion.Choices)
                {
                    WriteChoice(w, call, ask, completion, p, response, index++);
                    drawn += response?.TokenIds.Length ?? 0;
                }
            }

            w.WriteEndArray();
            Replies.Usage(w, ask.Prompts.Sum(x => (long)x.Length), drawn);
            call.Model.Fingerprint.Write(w, null);
        });
    }

    /// <summary>A prompt: text, texts, ids, or arrays of ids.</summary>
    internal static (int[][] Ids, string?[] Texts) Prompts(Call call, JsonElement value, bool special, string name)
    {
        int most = call.Server.Options.MaxItems;
        if (value.ValueKind == JsonValueKind.String) return One(value.GetString()!);
        if (value.ValueKind != JsonValueKind.Array) throw Fields.Wrong(name, "a text, ids, or an array of them", value);
        int count = value.GetArrayLength();
        if (count == 0) throw new InputException($"\"{name}\" is empty; expected at least one prompt");
        if (value[0].ValueKind == JsonValueKind.Number) return ([RowParser.Ids(value, name)], [null]);
        if (count > most) throw new InputException($"\"{name}\" holds {count} prompts; expected at most {most}");
        (int[] Ids, string? Text)[] all = [.. value.EnumerateArray().Select((v, i) =>
            v.ValueKind == JsonValueKind.String
                ? (One(v.GetString()!).Item1[0], v.GetString())
                : (RowParser.Ids(v, $"{name}[{i}]"), null))];
        return ([.. all.Select(a => a.Ids)], [.. all.Select(a => a.Text)]);

        (int[][], string?[]) One(string text) => ([call.Model.RequireTokenizer().Encode(text, special)], [text]);
    }

    private static Ask Read(Call call, Fields fields)
    {
        bool special = fields.Flag("add_special_tokens") ?? false;
        (int[][] prompts, string?[] texts) = Prompts(call, fields.Required("prompt"), special, "prompt");
        bool echo = fields.Flag("echo") ?? false, stream = fields.Flag("stream") ?? false;
        int most = call.Server.Options.MaxLogProbabilities;
        int? logprobs = fields.Whole("logprobs", 0, most), prompt = fields.Whole("prompt_logprobs", 0, most);
        if (stream && prompt is not null) throw new InputException("\"prompt_logprobs\": not in a stream");
        SamplingRequest request = SamplingRequest.Read(
            fields, call.Model, DefaultTokens, ["max_tokens"], leastTokens: echo || prompt is not null ? 0 : 1);
        Ask ask = new(
            prompts, texts, request with { Options = request.Options with { Likeliest = logprobs } }, echo, stream, logprobs, prompt,
            fields.Flag("return_tokens_as_token_ids") ?? false, fields.Flag("return_token_ids") ?? false, StreamUsage(fields));
        if (stream && ask.ReturnIds) throw new InputException("\"return_token_ids\": not in a stream");
        fields.Refuse("suffix", "text is not filled in", "");
        fields.Finish();
        if (request.Count * prompts.Length > call.Server.Options.MaxItems)
        {
            throw new InputException($"\"n\": {request.Count} responses to {prompts.Length} prompts are more than {call.Server.Options.MaxItems}");
        }

        return ask;
    }

    /// <summary>Whether a stream ends with the count of tokens.</summary>
    internal static bool StreamUsage(Fields fields) => fields.Get("stream_options") is { } options
        && new Fields(options, "stream_options.").Flag("include_usage") == true;

    private static void WriteHead(Utf8JsonWriter w, Call call, string id, long created)
    {
        w.WriteString("id", id);
        w.WriteString("object", "text_completion");
        w.WriteNumber("created", created);
        w.WriteString("model", call.Model.Name);
        w.WriteString("system_fingerprint", call.Model.Fingerprint.Id);
    }

    private static void WriteChoice(
        Utf8JsonWriter w, Call call, Ask ask, Completion completion, int p, GeneratedResponse? response, int index)
    {
        DrawnText drawn = new(call.Model, completion.Prompt, ask.Request);
        (string text, List<TokenLine> lines) = response is null ? ("", []) : drawn.All(response);
        List<TokenLine> own = ask.Echo || ask.PromptLogProbs is not null
            ? DrawnText.LinesOf(call.Model, completion.Prompt, completion.Reading)
            : [];
        w.WriteStartObject();
        w.WriteNumber("index", index);
        w.WriteString("text", ask.Echo ? EchoOf(call, ask, p) + text : text);
        w.WriteString("finish_reason", response is null ? "length" : drawn.Finish(response.FinishReason));
        w.WriteString("stop_reason", drawn.StopText);
        if (ask.LogProbs is { } count)
        {
            TokenLines.WriteArrays(w, ask.Echo ? [.. own, .. lines] : lines, count, 0, call.Model.Names, ask.TokensAsIds);
        }
        else
        {
            w.WriteNull("logprobs");
        }

        if (ask.PromptLogProbs is { } k) TokenLines.WritePrompt(w, own, k, call.Model.Names);
        if (ask.ReturnIds)
        {
            Replies.Ids(w, "prompt_token_ids", completion.Prompt);
            Replies.Ids(w, "token_ids", response?.TokenIds ?? []);
        }

        w.WriteEndObject();
    }

    private static string EchoOf(Call call, Ask ask, int p) => ask.Texts[p] ?? call.Model.Tokenizer?.Decode(ask.Prompts[p]) ?? "";

    private static async Task Stream(Call call, Ask ask, string id, long created)
    {
        ServerSentEvents events = new(call);
        Channel<GeneratedToken> tokens = Channel.CreateUnbounded<GeneratedToken>();
        DrawnText[] texts = [.. ask.Prompts.SelectMany(p => Enumerable.Range(0, ask.Request.Count).Select(_ => new DrawnText(call.Model, p, ask.Request)))];
        int?[] echoed = new int?[texts.Length];

        // A prompt's log-probabilities come before what follows it: then all is sent once all is known.
        Task<Completion[]> running = Completion.Run(
            call, ask.Prompts, ask.Request, ask.ReadLikeliest, ask.ReadLikeliest is null ? t => tokens.Writer.TryWrite(t) : null);
        _ = running.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        bool direct = true;
        await foreach (GeneratedToken token in tokens.Reader.ReadAllAsync(call.Cancellation))
        {
            direct = false;
            int index = (token.Prompt * ask.Request.Count) + token.Response;
            if (ask.Echo) await Echo(index, null);
            DrawnText text = texts[index];
            int before = text.Length;
            (string piece, TokenLine line) = text.Push(token.TokenId, token.LogProbability, token.Likeliest);
            await events.Send(w => Chunk(w, index, piece, [line], before + (echoed[index] ?? 0), null, null));
        }

        Completion[] all = await running;
        int drawn = 0;
        for (int index = 0; index < texts.Length; index++)
        {
            (int p, int r) = Math.DivRem(index, ask.Request.Count);
            GeneratedResponse? response = all[p].Responses.Length > r ? all[p].Responses[r] : null;
            if (ask.Echo) await Echo(index, all[p]);
            List<TokenLine> lines = [];
            string rest = direct && response is not null ? "" : texts[index].Flush();
            if (direct && response is not null) (rest, lines) = texts[index].All(response);
            drawn += response?.TokenIds.Length ?? 0;
            string finish = response is null ? "length" : texts[index].Finish(response.FinishReason);
            int at = index;
            await events.Send(w => Chunk(w, at, rest, lines, echoed[at] ?? 0, finish, texts[at].StopText));
        }

        if (ask.StreamUsage)
        {
            await events.Send(w =>
            {
                WriteHead(w, call, id, created);
                w.WriteStartArray("choices");
                w.WriteEndArray();
                Replies.Usage(w, ask.Prompts.Sum(x => (long)x.Length), drawn);
            });
        }

        await events.Done();

        async Task Echo(int index, Completion? completion)
        {
            if (echoed[index] is not null) return;
            int p = index / ask.Request.Count;
            List<TokenLine> own = DrawnText.LinesOf(call.Model, ask.Prompts[p], completion?.Reading);
            echoed[index] = own.Sum(l => l.Length);
            await events.Send(w => Chunk(w, index, EchoOf(call, ask, p), completion is null ? [] : own, 0, null, null));
        }

        void Chunk(Utf8JsonWriter w, int index, string text, List<TokenLine> lines, int offset, string? finish, string? stop)
        {
            WriteHead(w, call, id, created);
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", index);
            w.WriteString("text", text);
            if (ask.LogProbs is { } count && lines.Count > 0)
            {
                TokenLines.WriteArrays(w, lines, count, offset, call.Model.Names, ask.TokensAsIds);
            }
            else
            {
                w.WriteNull("logprobs");
            }

            w.WriteString("finish_reason", finish);
            w.WriteString("stop_reason", stop);
            w.WriteEndObject();
            w.WriteEndArray();
        }
    }

    /// <summary>A request, read.</summary>
    private sealed record Ask(
        int[][] Prompts, string?[] Texts, SamplingRequest Request, bool Echo, bool Stream, int? LogProbs, int? PromptLogProbs,
        bool TokensAsIds, bool ReturnIds, bool StreamUsage)
    {
        /// <summary>Alternatives at the prompt's own tokens; null: they are not read for themselves.</summary>
        public int? ReadLikeliest => PromptLogProbs is null && !(Echo && LogProbs is not null)
            ? null
            : Math.Max(PromptLogProbs ?? 0, Echo ? LogProbs ?? 0 : 0);
    }
}
