using System.Text.Json;
using Innate.Server.Http;

namespace Innate.Server.Completions;

/// <summary>The response object of <c>/v1/responses</c>, whole or under way, and its one message.</summary>
internal sealed class ResponsesReply(Call call, ResponsesPlan plan)
{
    private readonly string _id = $"resp_{Guid.NewGuid():N}";
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The message's id.</summary>
    public string MessageId { get; } = $"msg_{Guid.NewGuid():N}";

    /// <summary>What is known before the first token.</summary>
    public void WriteBegun(Utf8JsonWriter w)
    {
        WriteHead(w, "in_progress", cutOff: false);
        w.WriteStartArray("output");
        w.WriteEndArray();
        w.WriteNull("usage");
    }

    /// <summary>The whole.</summary>
    /// <param name="w">Is written to.</param>
    /// <param name="text">The message's text.</param>
    /// <param name="finish">Why it ended: stop or length.</param>
    /// <param name="sampled">Its tokens.</param>
    public void WriteEnded(Utf8JsonWriter w, string text, string finish, int sampled)
    {
        WriteHead(w, StatusOf(finish), cutOff: finish == "length");
        w.WriteStartArray("output");
        w.WriteStartObject();
        WriteMessage(w, StatusOf(finish), text);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteStartObject("usage");
        w.WriteNumber("input_tokens", plan.Prompt.Length);
        w.WriteStartObject("input_tokens_details");
        w.WriteNumber("cached_tokens", 0);
        w.WriteEndObject();
        w.WriteNumber("output_tokens", sampled);
        w.WriteStartObject("output_tokens_details");
        w.WriteNumber("reasoning_tokens", 0);
        w.WriteEndObject();
        w.WriteNumber("total_tokens", plan.Prompt.Length + sampled);
        w.WriteEndObject();
    }

    /// <summary>The message's fields.</summary>
    /// <param name="w">Is written to.</param>
    /// <param name="status">in_progress, completed or incomplete.</param>
    /// <param name="text">Its text; null: it has not begun.</param>
    public void WriteMessage(Utf8JsonWriter w, string status, string? text)
    {
        w.WriteString("id", MessageId);
        w.WriteString("type", "message");
        w.WriteString("status", status);
        w.WriteString("role", "assistant");
        w.WriteStartArray("content");
        if (text is not null)
        {
            w.WriteStartObject();
            WritePart(w, text);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    /// <summary>The fields of the message's one part.</summary>
    public static void WritePart(Utf8JsonWriter w, string text)
    {
        w.WriteString("type", "output_text");
        w.WriteString("text", text);
        w.WriteStartArray("annotations");
        w.WriteEndArray();
        w.WriteStartArray("logprobs");
        w.WriteEndArray();
    }

    /// <summary>A reply's and a message's status.</summary>
    public static string StatusOf(string finish) => finish == "length" ? "incomplete" : "completed";

    // Clients of typed languages read all of these.
    private void WriteHead(Utf8JsonWriter w, string status, bool cutOff)
    {
        ResponsesRequest request = plan.Request;
        w.WriteString("id", _id);
        w.WriteString("object", "response");
        w.WriteNumber("created_at", _created);
        w.WriteString("status", status);
        w.WriteBoolean("background", false);
        w.WriteNull("error");
        if (cutOff)
        {
            w.WriteStartObject("incomplete_details");
            w.WriteString("reason", "max_output_tokens");
            w.WriteEndObject();
        }
        else
        {
            w.WriteNull("incomplete_details");
        }

        w.WriteString("instructions", request.Instructions);
        if (request.MaxOutputTokens is { } most) w.WriteNumber("max_output_tokens", most);
        else w.WriteNull("max_output_tokens");
        w.WriteString("model", call.Model.Name);
        w.WriteBoolean("parallel_tool_calls", true);
        w.WriteNull("previous_response_id");
        w.WriteBoolean("store", false);
        w.WriteNumber("temperature", plan.Sampling.Options.Temperature);
        w.WriteNumber("top_p", plan.Sampling.Options.TopP);
        w.WriteStartObject("text");
        w.WriteStartObject("format");
        w.WriteString("type", "text");
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteString("tool_choice", "none");
        w.WriteStartArray("tools");
        w.WriteEndArray();
        w.WriteString("truncation", "disabled");
        w.WritePropertyName("metadata");
        if (request.Metadata is { ValueKind: JsonValueKind.Object } metadata)
        {
            metadata.WriteTo(w);
        }
        else
        {
            w.WriteStartObject();
            w.WriteEndObject();
        }
    }
}
