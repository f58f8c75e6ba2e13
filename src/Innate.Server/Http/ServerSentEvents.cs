using System.Buffers;
using System.Text;
using System.Text.Json;
using Innate.Rows;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Http;

/// <summary>A reply in pieces: <c>data: {json}</c> and a blank line, each sent at once.</summary>
internal sealed class ServerSentEvents(Call call)
{
    private bool _hasStarted;

    /// <param name="writeFields">The object's fields.</param>
    /// <param name="name">The event's name; null: it has none.</param>
    public async Task Send(Action<Utf8JsonWriter> writeFields, string? name = null)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        if (name is not null) buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\n"));
        buffer.Write("data: "u8);
        using (Utf8JsonWriter w = new(buffer, RowWriter.Options))
        {
            w.WriteStartObject();
            writeFields(w);
            w.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        await Write(buffer.WrittenMemory);
    }

    /// <summary>The end, as OpenAI's clients expect it.</summary>
    public Task Done() => Write("data: [DONE]\n\n"u8.ToArray());

    private async Task Write(ReadOnlyMemory<byte> bytes)
    {
        HttpResponse response = call.Http.Response;
        if (!_hasStarted)
        {
            _hasStarted = true;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
        }

        await response.Body.WriteAsync(bytes, call.Cancellation);
        await response.Body.FlushAsync(call.Cancellation);
    }
}
