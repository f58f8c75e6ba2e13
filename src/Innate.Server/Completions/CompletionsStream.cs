using System.Threading.Channels;
using Innate.Generation;
using Innate.Server.Http;

namespace Innate.Server.Completions;

/// <summary>A reply of <c>/v1/completions</c> in pieces, one a token as it is sampled.</summary>
internal sealed class CompletionsStream
{
    private readonly Call _call;
    private readonly CompletionsPlan _plan;
    private readonly string _id;
    private readonly long _created;
    private readonly ServerSentEvents _events;
    private readonly SampledText[] _texts;

    // Characters of the prompt, once it has been echoed.
    private readonly int?[] _echoed;

    public CompletionsStream(Call call, CompletionsPlan plan, string id, long created)
    {
        (_call, _plan, _id, _created, _events) = (call, plan, id, created, new ServerSentEvents(call));
        _texts = [.. plan.Prompts.Ids.SelectMany(
            p => Enumerable.Range(0, plan.Sampling.Count).Select(_ => new SampledText(call.Model, p, plan.Sampling)))];
        _echoed = new int?[_texts.Length];
    }

    public async Task Run()
    {
        Channel<GeneratedToken> tokens = Channel.CreateUnbounded<GeneratedToken>();

        // A prompt's log-probabilities come before what follows it: then all is sent once all is known.
        Action<GeneratedToken>? onToken = _plan.ReadLikeliest is null ? t => tokens.Writer.TryWrite(t) : null;
        Task<Completion[]> running = Completion.Run(_call, _plan.Prompts.Ids, _plan.Sampling, _plan.ReadLikeliest, onToken);
        _ = running.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        bool wasStreamed = false;
        await foreach (GeneratedToken token in tokens.Reader.ReadAllAsync(_call.Cancellation))
        {
            wasStreamed = true;
            await SendToken(token);
        }

        int sampled = await SendEnds(await running, wasStreamed);
        if (_plan.StreamUsage) await SendUsage(sampled);
        await _events.Done();
    }

    private async Task SendToken(GeneratedToken token)
    {
        int index = (token.Prompt * _plan.Sampling.Count) + token.Response;
        if (_plan.Echo) await Echo(index, null);
        SampledText text = _texts[index];
        int before = text.Length;
        (string piece, TokenLogProb line) = text.Push(token.TokenId, token.LogProbability, token.Likeliest);
        await Send(index, piece, [line], before + (_echoed[index] ?? 0), null, null);
    }

    // What is left of each response, and why it ended.
    private async Task<int> SendEnds(Completion[] all, bool wasStreamed)
    {
        int sampled = 0;
        for (int index = 0; index < _texts.Length; index++)
        {
            (int p, int r) = Math.DivRem(index, _plan.Sampling.Count);
            GeneratedResponse? response = all[p].Responses.Length > r ? all[p].Responses[r] : null;
            if (_plan.Echo) await Echo(index, all[p]);
            (string rest, List<TokenLogProb> tokens) = wasStreamed || response is null
                ? (_texts[index].Flush(), [])
                : _texts[index].All(response);
            sampled += response?.TokenIds.Length ?? 0;
            string finish = response is null ? "length" : _texts[index].Finish(response.FinishReason);
            await Send(index, rest, tokens, _echoed[index] ?? 0, finish, _texts[index].StopText);
        }

        return sampled;
    }

    private Task SendUsage(int sampled) => _events.Send(w =>
    {
        CompletionsEndpoint.WriteHead(w, _call, _id, _created);
        w.WriteStartArray("choices");
        w.WriteEndArray();
        Replies.Usage(w, _plan.PromptTokens, sampled);
    });

    private async Task Echo(int index, Completion? completion)
    {
        if (_echoed[index] is not null) return;
        int p = index / _plan.Sampling.Count;
        List<TokenLogProb> own = SampledText.OfPrompt(_call.Model, _plan.Prompts.Ids[p], completion?.Reading);
        _echoed[index] = own.Sum(t => t.Length);
        await Send(index, _plan.EchoOf(_call, p), completion is null ? [] : own, 0, null, null);
    }

    private Task Send(int index, string text, List<TokenLogProb> tokens, int offset, string? finish, string? stop) =>
        _events.Send(w =>
        {
            CompletionsEndpoint.WriteHead(w, _call, _id, _created);
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", index);
            w.WriteString("text", text);
            if (_plan.LogProbs is { } count && tokens.Count > 0)
            {
                LogProbFormats.WriteArrays(w, tokens, count, offset, _call.Model.Names, _plan.TokensAsIds);
            }
            else
            {
                w.WriteNull("logprobs");
            }

            w.WriteString("finish_reason", finish);
            w.WriteString("stop_reason", stop);
            w.WriteEndObject();
            w.WriteEndArray();
        });
}
