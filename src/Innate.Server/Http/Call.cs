using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Innate.Generation;
using Innate.Models;
using Innate.Rows;
using Innate.Server.Models;
using Innate.Server.Scheduling;
using Innate.Traces;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Http;

/// <summary>One request: what it says, the model that it got, and how it is answered.</summary>
internal sealed class Call(HttpContext http, ServerState server, ModelLease lease, CancellationToken cancellation)
{
    // Requests nest a few levels; a template's variables a few more.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    public HttpContext Http { get; } = http;

    public ServerState Server { get; } = server;

    public ServedModel Model { get; } = lease.Model;

    /// <summary>The client went away, or its time is over.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="InputException">It is not JSON in UTF-8, or nested too deep.</exception>
    public async Task<JsonElement> ReadBody()
    {
        using MemoryStream body = new();
        await Http.Request.Body.CopyToAsync(body, Cancellation);
        ReadOnlyMemory<byte> bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (bytes.IsEmpty) throw new InputException("the body is empty; expected JSON");
        if (!Utf8.IsValid(bytes.Span)) throw new InputException("the body is not UTF-8");
        try
        {
            RequireText(bytes.Span);
            using JsonDocument document = JsonDocument.Parse(bytes, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            string where = e.LineNumber is { } line && e.BytePositionInLine is { } at ? $" (line {line + 1}, byte {at + 1})" : "";
            throw new InputException($"the body is not JSON, or nested deeper than {Options.MaxDepth} levels{where}", e);
        }
    }

    /// <summary>The body as an object's fields.</summary>
    public async Task<Fields> ReadFields() => new(await ReadBody());

    // Half a surrogate pair surfaces when a string is read, wherever that is: better here.
    private static void RequireText(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf((byte)'\\') < 0) return;
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InputException("a string holds half a surrogate pair (\\ud800..\\udfff), which is no Unicode text", e);
        }
    }

    /// <summary>Reads queries on the model, in one batch with those of others.</summary>
    public async Task<ScoreResult[]> Score(IReadOnlyList<TraceQuery> queries, ScoreKind kind)
    {
        if (queries.Count == 0) return [];
        ScoreWork[] works = [.. queries.Select(q => new ScoreWork(Model, q, kind, Cancellation))];
        Server.Scheduler.Submit(works, Cancellation);
        return await Task.WhenAll(works.Select(w => w.Done));
    }

    /// <summary>Draws responses, a token at a time between other requests' queries.</summary>
    /// <exception cref="InputException">The model draws no text, or the job asks for what it cannot.</exception>
    public Task<GeneratedResponse[][]> Draw(DecodingJob job)
    {
        if (Model.Decoder is not { } decoder)
        {
            throw new InputException($"{Model.Name} draws no text: it is {(Model.IsClassifier ? "a trained reward model" : "not a checkpoint")}");
        }

        ModelGenerator.Check(decoder, job);
        DrawWork work = new(Model, job);
        Server.Scheduler.Submit([work], Cancellation);
        return work.Done;
    }

    /// <summary>Answers with an object.</summary>
    public Task Json(Action<Utf8JsonWriter> writeFields, int status = StatusCodes.Status200OK) =>
        Value(
            w =>
            {
                w.WriteStartObject();
                writeFields(w);
                w.WriteEndObject();
            },
            status);

    /// <summary>Answers with any JSON value.</summary>
    public Task Value(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, RowWriter.Options)) write(writer);
        return Bytes(buffer.WrittenMemory, "application/json", status);
    }

    /// <summary>Answers with bytes.</summary>
    public async Task Bytes(ReadOnlyMemory<byte> bytes, string type, int status = StatusCodes.Status200OK)
    {
        Http.Response.StatusCode = status;
        Http.Response.ContentType = type;
        Http.Response.ContentLength = bytes.Length;
        await Http.Response.Body.WriteAsync(bytes, Cancellation);
    }
}
