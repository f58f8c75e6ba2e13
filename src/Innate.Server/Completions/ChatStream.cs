using System.Threading.Channels;
using Innate.Generation;
using Innate.Server.Http;

namespace Innate.Server.Completions;

/// <summary>A reply of <c>/v1/chat/completions</c> in pieces, one a token as it is sampled.</summary>
internal sealed class ChatStream
{
    private readonly Call _call;
    private readonly ChatPlan _plan;
    private readonly string _id;
    private readonly long _created;
    private readonly ServerSentEvents _events;
    private readonly SampledText[] _texts;
    private readonly bool[] _hasBegun;

    public ChatStream(Call call, ChatPlan plan, string id, long created)
    {
        (_call, _plan, _id, _created, _events) = (call, plan, id, created, new ServerSentEvents(call));
        _texts = [.. Enumerable.Range(0, plan.Sampling.Count).Select(
            _ => new SampledText(call.Model, plan.Prompt, plan.Sampling))];
        _hasBegun = new bool[_texts.Length];
    }

    public async Task Run()
    {
        Channel<GeneratedToken> tokens = Channel.CreateUnbounded<GeneratedToken>();
        Task<Completion[]> running = Completion.Run(
            _call, [_plan.Prompt], _plan.Sampling, likeliest: null, t => tokens.Writer.TryWrite(t));
        _ = running.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        await foreach (GeneratedToken token in tokens.Reader.ReadAllAsync(_call.Cancellation)) await SendToken(token);
        GeneratedResponse[] responses = (await running)[0].Responses;
        for (int i = 0; i < responses.Length; i++)
        {
            await Begin(i);
            await Send(i, _texts[i].Flush(), [], _texts[i].Finish(responses[i].FinishReason));
        }

        if (_plan.StreamUsage) await SendUsage(responses.Sum(r => (long)r.TokenIds.Length));
        await _events.Done();
    }

    private async Task SendToken(GeneratedToken token)
    {
        await Begin(token.Response);
        (string piece, TokenLogProb line) = _texts[token.Response].Push(token.TokenId, token.LogProbability, token.Likeliest);
        if (piece.Length > 0 || _plan.LogProbs) await Send(token.Response, piece, [line], null);
    }

    // A response's first piece says whose it is.
    private async Task Begin(int index)
    {
        if (_hasBegun[index]) return;
        _hasBegun[index] = true;
        await Send(index, "", [], null, withRole: true);
    }

    private Task SendUsage(long sampled) => _events.Send(w =>
    {
        ChatEndpoint.WriteHead(w, _call, "chat.completion.chunk", _id, _created);
        w.WriteStartArray("choices");
        w.WriteEndArray();
        Replies.Usage(w, _plan.Prompt.Length, sampled);
    });

    private Task Send(int index, string text, List<TokenLogProb> tokens, string? finish, bool withRole = false) =>
        _events.Send(w =>
        {
            ChatEndpoint.WriteHead(w, _call, "chat.completion.chunk", _id, _created);
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", index);
            w.WriteStartObject("delta");
            if (withRole) w.WriteString("role", "assistant");
            if (withRole || text.Length > 0) w.WriteString("content", text);
            w.WriteEndObject();
            if (tokens.Count > 0) ChatEndpoint.WriteLogProbs(w, _call, _plan, tokens);
            else w.WriteNull("logprobs");
            w.WriteString("finish_reason", finish);
            w.WriteEndObject();
            w.WriteEndArray();
        });
}
