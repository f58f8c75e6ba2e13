using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Sessions;

namespace Innate.Server.Operations;

/// <summary>The OpenAPI document, from the table of routes.</summary>
internal static class OpenApi
{
    public static Task Handle(Call call) => call.Json(w =>
    {
        w.WriteString("openapi", "3.1.0");
        w.WriteStartObject("info");
        w.WriteString("title", "Innate");
        w.WriteString("description", "Rewards found inside language models. docs/serving.md tells of the dialects.");
        w.WriteString("version", ModelFingerprint.Version);
        w.WriteEndObject();
        w.WriteStartObject("components");
        w.WriteStartObject("securitySchemes");
        w.WriteStartObject("key");
        w.WriteString("type", "http");
        w.WriteString("scheme", "bearer");
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteStartObject("paths");
        foreach (IGrouping<string, Endpoint> path in Endpoints.All.GroupBy(e => e.Path))
        {
            w.WriteStartObject(path.Key);
            foreach (Endpoint endpoint in path) Write(w, endpoint, call.Server.Options.ApiKeys.Count > 0);
            w.WriteEndObject();
        }

        w.WriteEndObject();
    });

    private static void Write(System.Text.Json.Utf8JsonWriter w, Endpoint endpoint, bool needsKey)
    {
        w.WriteStartObject(endpoint.Method == "GET" ? "get" : "post");
        w.WriteString("summary", endpoint.Summary);
        w.WriteStartArray("tags");
        w.WriteStringValue(endpoint.Group);
        w.WriteEndArray();
        w.WriteStartArray("security");
        if (needsKey && endpoint.Path != "/health")
        {
            w.WriteStartObject();
            w.WriteStartArray("key");
            w.WriteEndArray();
            w.WriteEndObject();
        }

        w.WriteEndArray();
        if (endpoint.Request is { } schema)
        {
            w.WriteStartObject("requestBody");
            w.WriteBoolean("required", true);
            w.WriteStartObject("content");
            w.WriteStartObject("application/json");
            w.WritePropertyName("schema");
            w.WriteRawValue(schema);
            w.WriteEndObject();
            w.WriteEndObject();
            w.WriteEndObject();
        }

        w.WriteStartObject("responses");
        Response("200", "The answer.");
        if (endpoint.Request is not null) Response("400", "What is wrong with the request, in one sentence.");
        if (endpoint.Request is not null) Response("429", "The queue is full; Retry-After says when to come again.");
        w.WriteEndObject();
        w.WriteEndObject();

        void Response(string status, string description)
        {
            w.WriteStartObject(status);
            w.WriteString("description", description);
            w.WriteEndObject();
        }
    }
}
