using System.Buffers;
using System.Text.Json;
using Innate.Generation;
using Innate.Models;
using Innate.Rows;
using Innate.Server.Hosting;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Server.Scheduling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Innate.Server.Http;

/// <summary>One request: what it says, the model that answers it, and its reply.</summary>
internal sealed class Call(HttpContext http, ServerState server, ModelLease lease, CancellationToken cancellation)
{
    public HttpContext Http { get; } = http;

    public ServerState Server { get; } = server;

    public ServedModel Model { get; } = lease.Model;

    /// <summary>The client went away, or its time is over.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>The body as it came, once it has been read.</summary>
    public JsonElement Body { get; private set; }

    /// <summary>The body as a dialect's record.</summary>
    /// <param name="isOptional">Whether no body at all is an empty object.</param>
    /// <exception cref="InputException">It is not JSON, or not of that form.</exception>
    public async Task<T> Read<T>(bool isOptional = false)
        where T : RequestBody
    {
        bool hasNone = isOptional && Http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
        long length = hasNone ? 0 : Http.Request.ContentLength ?? Server.Options.MaxBodyBytes;
        Http.Response.RegisterForDispose(await Server.Bodies.Enter(length, Cancellation));
        Body = await RequestJson.Read(Http.Request, isOptional, Cancellation);
        T request = RequestJson.Parse<T>(Body);
        request.RefuseUnknown();
        return request;
    }

    /// <summary>Reads queries on the model, in one batch with those of others.</summary>
    public async Task<ScoreResult[]> Score(IReadOnlyList<TraceQuery> queries, ScoreKind kind)
    {
        if (queries.Count == 0) return [];
        ScoringWork[] works = [.. queries.Select(q => new ScoringWork(Model, q, kind, Cancellation))];
        Server.Scheduler.Submit(works, Cancellation);
        return await Task.WhenAll(works.Select(w => w.Done));
    }

    /// <summary>Samples responses, a token at a time between other requests' queries.</summary>
    /// <exception cref="InputException">The model samples no text, or the job asks for what it cannot.</exception>
    public Task<GeneratedResponse[][]> Sample(DecodingJob job)
    {
        if (Model.Decoder is null && Model.Generator is null)
        {
            string kind = Model.IsClassifier ? "a trained reward model" : "not a checkpoint";
            throw new InputException($"{Model.Name} samples no text: it is {kind}");
        }

        if (Model.Decoder is { } decoder) ModelGenerator.Check(decoder, job);
        SamplingWork work = new(Model, job);
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
        return Replies.Bytes(Http, buffer.WrittenMemory, "application/json", status, Cancellation);
    }
}
