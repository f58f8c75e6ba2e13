using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>Makes output lines: the input's fields as they came, then ours; a name that is ours replaces the input's.</summary>
public static class RowWriter
{
    /// <summary>
    /// Text stays readable: no escapes for letters that JSON allows. Rows are validated before, so raw values need no check.
    /// </summary>
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 1024,
    };

    /// <summary>One line, its newline included.</summary>
    public static byte[] Line(Action<Utf8JsonWriter> writeFields)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            writer.WriteStartObject();
            writeFields(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A bad row's line.</summary>
    public static byte[] Error(long line, string message) => Line(w =>
    {
        w.WriteString("error", message);
        w.WriteNumber("line", line);
    });

    /// <summary>Writes the input's fields, raw, but those named.</summary>
    public static void PassThrough(Utf8JsonWriter writer, JsonElement row, ReadOnlySpan<string> except)
    {
        foreach (JsonProperty property in row.EnumerateObject())
        {
            bool ours = false;
            foreach (string name in except) ours |= property.NameEquals(name);
            if (ours) continue;
            writer.WritePropertyName(property.Name);
            string raw = property.Value.GetRawText();

            // A lone carriage return is JSON white space but ends a line for many readers.
            if (raw.Contains('\r', StringComparison.Ordinal)) property.Value.WriteTo(writer);
            else writer.WriteRawValue(raw, skipInputValidation: true);
        }
    }

    /// <summary>Writes a conversation: an array of objects with role and content.</summary>
    public static void Messages(Utf8JsonWriter writer, string name, IReadOnlyList<ConversationMessage> messages)
    {
        writer.WriteStartArray(name);
        foreach (ConversationMessage message in messages)
        {
            if (message.Fields is { } whole)
            {
                whole.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a response: a text, or its ids under the field's name with <c>_ids</c> behind it.</summary>
    internal static void Response(Utf8JsonWriter writer, string name, RowResponse response)
    {
        if (response.Text is { } text) writer.WriteString(name, text);
        else Ids(writer, $"{name}_ids", response.Ids!);
    }

    /// <summary>Writes ids.</summary>
    internal static void Ids(Utf8JsonWriter writer, string name, int[] ids)
    {
        writer.WriteStartArray(name);
        foreach (int id in ids) writer.WriteNumberValue(id);
        writer.WriteEndArray();
    }

    /// <summary>Whether a line of output is that of a bad row.</summary>
    public static bool IsError(JsonElement line)
    {
        int fields = 0;
        bool error = false;
        bool number = false;
        foreach (JsonProperty property in line.EnumerateObject())
        {
            fields++;
            error |= property.NameEquals("error");
            number |= property.NameEquals("line");
        }

        return fields == 2 && error && number;
    }
}
