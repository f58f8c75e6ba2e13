using System.Threading.Channels;
using Innate.Generation;
using Innate.Server.Http;
using Innate.Text.ToolCalls;

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
    private readonly StreamedToolCalls[]? _held;

    public ChatStream(Call call, ChatPlan plan, string id, long created)
    {
        (_call, _plan, _id, _created, _events) = (call, plan, id, created, new ServerSentEvents(call));
        _texts = [.. Enumerable.Range(0, plan.Sampling.Count).Select(
            _ => new SampledText(call.Model, plan.Prompt, plan.Sampling))];
        _hasBegun = new bool[_texts.Length];
        if (plan.Form is { } form) _held = [.. _texts.Select(_ => new StreamedToolCalls(form))];
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
            await End(i, _texts[i].Flush(), responses[i].FinishReason);
        }

        if (_plan.StreamUsage) await SendUsage(responses.Sum(r => (long)r.TokenIds.Length));
        await _events.Done();
    }

    private async Task SendToken(GeneratedToken token)
    {
        await Begin(token.Response);
        (string piece, TokenLogProb line) = _texts[token.Response].Push(token.TokenId, token.LogProbability, token.Likeliest);
        if (_held is not null) piece = _held[token.Response].Push(piece);
        if (piece.Length > 0 || _plan.LogProbs) await Send(token.Response, piece, [line], null);
    }

    // Calls are told when the turn is over: until then none is certain to be one.
    private async Task End(int index, string rest, FinishReason reason)
    {
        string finish = _texts[index].Finish(reason);
        if (_held is null)
        {
            await Send(index, rest, [], finish);
            return;
        }

        (rest, ToolReply said) = _held[index].End(rest);
        if (said.Calls.Count > 0 && rest.Length > 0) await Send(index, rest, [], null);
        for (int i = 0; i < said.Calls.Count; i++) await Send(index, "", [], null, call: (i, said.Calls[i]));
        await Send(
            index, said.Calls.Count > 0 ? "" : rest, [], ChatEndpoint.FinishOf(finish, said), problems: said.Problems);
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

    private Task Send(
        int index, string text, List<TokenLogProb> tokens, string? finish, bool withRole = false,
        (int Place, ToolCall Call)? call = null, IReadOnlyList<string>? problems = null) =>
        _events.Send(w =>
        {
            ChatEndpoint.WriteHead(w, _call, "chat.completion.chunk", _id, _created);
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", index);
            w.WriteStartObject("delta");
            if (withRole) w.WriteString("role", "assistant");
            if (withRole || text.Length > 0) w.WriteString("content", text);
            if (call is { } wanted)
            {
                w.WriteStartArray("tool_calls");
                ChatTools.Write(w, wanted.Call, _plan.Form!.Value, wanted.Place);
                w.WriteEndArray();
            }

            w.WriteEndObject();
            if (tokens.Count > 0) ChatEndpoint.WriteLogProbs(w, _call, _plan, tokens);
            else w.WriteNull("logprobs");
            w.WriteString("finish_reason", finish);
            ChatTools.WriteProblems(w, problems ?? []);
            w.WriteEndObject();
            w.WriteEndArray();
        });
}
