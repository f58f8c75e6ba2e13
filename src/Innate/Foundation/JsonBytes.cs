using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Foundation;

/// <summary>JSON files as people read them.</summary>
internal static class JsonBytes
{
    // The hub's own files hold letters, not escapes; lines end alike on every system.
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The UTF-8 of an object, indented.</summary>
    public static byte[] Indented(JsonObject json)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options)) json.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
