using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Innate.Generation;
using Innate.Server.Http;

namespace Innate.Server.Completions;

/// <summary>
/// A reply of <c>/v1/responses</c> as events: the response, its message and the message's part begin, the text comes in pieces,
/// and each of them ends. The last event holds the whole.
/// </summary>
internal sealed class ResponsesStream(Call call, ResponsesPlan plan, ResponsesReply reply)
{
    private readonly ServerSentEvents _events = new(call);
    private int _sent;

    public async Task Run()
    {
        Channel<GeneratedToken> tokens = Channel.CreateUnbounded<GeneratedToken>();
        Task<Completion[]> running = Completion.Run(
            call, [plan.Prompt], plan.Sampling, likeliest: null, t => tokens.Writer.TryWrite(t));
        _ = running.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);

        // What cannot be sampled at all is refused before a stream begins.
        if (!await tokens.Reader.WaitToReadAsync(call.Cancellation)) await running;
        await Begin();
        SampledText sampled = new(call.Model, plan.Prompt, plan.Sampling);
        StringBuilder text = new();
        await foreach (GeneratedToken token in tokens.Reader.ReadAllAsync(call.Cancellation))
        {
            await Delta(text, sampled.Push(token.TokenId, token.LogProbability, token.Likeliest).Text);
        }

        GeneratedResponse response = (await running)[0].Responses[0];
        await Delta(text, sampled.Flush());
        await End(text.ToString(), sampled.Finish(response.FinishReason), response.TokenIds.Length);
    }

    private async Task Begin()
    {
        foreach (string name in (string[])["response.created", "response.in_progress"])
        {
            await Send(name, w => Within(w, "response", reply.WriteBegun));
        }

        await Send("response.output_item.added", w =>
        {
            w.WriteNumber("output_index", 0);
            Within(w, "item", i => reply.WriteMessage(i, "in_progress", null));
        });
        await Send("response.content_part.added", w =>
        {
            WritePlace(w);
            Within(w, "part", p => ResponsesReply.WritePart(p, ""));
        });
    }

    private async Task Delta(StringBuilder text, string piece)
    {
        if (piece.Length == 0) return;
        text.Append(piece);
        await Send("response.output_text.delta", w =>
        {
            WritePlace(w);
            w.WriteString("delta", piece);
            w.WriteStartArray("logprobs");
            w.WriteEndArray();
        });
    }

    private async Task End(string text, string finish, int sampled)
    {
        await Send("response.output_text.done", w =>
        {
            WritePlace(w);
            w.WriteString("text", text);
            w.WriteStartArray("logprobs");
            w.WriteEndArray();
        });
        await Send("response.content_part.done", w =>
        {
            WritePlace(w);
            Within(w, "part", p => ResponsesReply.WritePart(p, text));
        });
        await Send("response.output_item.done", w =>
        {
            w.WriteNumber("output_index", 0);
            Within(w, "item", i => reply.WriteMessage(i, ResponsesReply.StatusOf(finish), text));
        });
        await Send(
            $"response.{ResponsesReply.StatusOf(finish)}",
            w => Within(w, "response", r => reply.WriteEnded(r, text, finish, sampled)));
    }

    private Task Send(string name, Action<Utf8JsonWriter> writeFields) => _events.Send(
        w =>
        {
            w.WriteString("type", name);
            w.WriteNumber("sequence_number", _sent++);
            writeFields(w);
        },
        name);

    private void WritePlace(Utf8JsonWriter w)
    {
        w.WriteString("item_id", reply.MessageId);
        w.WriteNumber("output_index", 0);
        w.WriteNumber("content_index", 0);
    }

    private static void Within(Utf8JsonWriter w, string name, Action<Utf8JsonWriter> writeFields)
    {
        w.WriteStartObject(name);
        writeFields(w);
        w.WriteEndObject();
    }
}
