using System.Buffers;
using System.Text.Json;
using Innate.Rows;
using Innate.Server.Models;
using Innate.Sessions;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Http;

/// <summary>Replies that are alike in all dialects.</summary>
internal static class Replies
{
    /// <summary>The headers of every reply; two replies with one fingerprint are on one scale.</summary>
    public static void SetHeaders(HttpContext http, ModelFingerprint? fingerprint)
    {
        if (fingerprint is not null) http.Response.Headers["X-Innate-Fingerprint"] = fingerprint.Id;
        http.Response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>A whole reply.</summary>
    public static async Task Bytes(
        HttpContext http, ReadOnlyMemory<byte> bytes, string type, int status, CancellationToken cancellation)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, cancellation);
    }

    /// <summary>An error in the shape that OpenAI's clients read.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The reply's status.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="fingerprint">The model's; null for a client who may not know it.</param>
    /// <param name="named">OpenAI's code, and the field at fault; null: the status is the code.</param>
    public static Task Error(
        HttpContext http, int status, string message, ModelFingerprint? fingerprint, (string Code, string Field)? named = null)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter w = new(buffer, RowWriter.Options))
        {
            w.WriteStartObject();
            w.WriteStartObject("error");
            w.WriteString("message", message);
            w.WriteString("type", status < 500 ? "invalid_request_error" : "server_error");
            if (named is { } known)
            {
                w.WriteString("param", known.Field);
                w.WriteString("code", known.Code);
            }
            else
            {
                w.WriteNumber("code", status);
            }

            w.WriteEndObject();
            fingerprint?.Write(w, null);
            w.WriteEndObject();
        }

        SetHeaders(http, fingerprint);
        return Bytes(http, buffer.WrittenMemory, "application/json", status, http.RequestAborted);
    }

    /// <summary>OpenAI's count of tokens.</summary>
    public static void Usage(Utf8JsonWriter w, long prompt, long completion)
    {
        w.WriteStartObject("usage");
        w.WriteNumber("prompt_tokens", prompt);
        w.WriteNumber("completion_tokens", completion);
        w.WriteNumber("total_tokens", prompt + completion);
        w.WriteEndObject();
    }

    /// <summary>Numbers as an array.</summary>
    public static void Numbers(Utf8JsonWriter w, string name, IEnumerable<double> values)
    {
        w.WriteStartArray(name);
        foreach (double value in values) w.WriteNumberValue(value);
        w.WriteEndArray();
    }

    /// <summary>Ids as an array.</summary>
    public static void Ids(Utf8JsonWriter w, string name, IEnumerable<int> ids)
    {
        w.WriteStartArray(name);
        foreach (int id in ids) w.WriteNumberValue(id);
        w.WriteEndArray();
    }
}
