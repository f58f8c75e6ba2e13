using System.Text.Json;
using System.Text.Unicode;
using Innate.Rows;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Requests;

/// <summary>From a request's bytes to JSON, and from JSON to the record of a dialect.</summary>
internal static class RequestJson
{
    // Requests nest a few levels; a template's variables a few more.
    private const int MaxDepth = 64;

    // Some hundred responses of the longest contexts, as ids.
    private const int MaxValues = 4_000_000;

    private static readonly JsonDocumentOptions Document = new() { MaxDepth = MaxDepth };

    private static readonly JsonSerializerOptions Serializer = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        MaxDepth = MaxDepth,
        Converters =
        {
            new TextConverter(), new FlagConverter(), new WholeConverter(), new NumberConverter(), new ElementConverter(),
        },
    };

    /// <summary>The body as JSON.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="isOptional">Whether no body at all is an empty object.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InputException">It is not JSON in UTF-8, or nested too deep.</exception>
    public static async Task<JsonElement> Read(HttpRequest request, bool isOptional, CancellationToken cancellation)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancellation);
        ReadOnlyMemory<byte> bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (bytes.IsEmpty && isOptional) bytes = "{}"u8.ToArray();
        if (bytes.IsEmpty) throw new InputException("the body is empty; expected JSON");
        if (!Utf8.IsValid(bytes.Span)) throw new InputException("the body is not UTF-8");
        try
        {
            RequireReadable(bytes.Span);
            using JsonDocument document = JsonDocument.Parse(bytes, Document);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            string where = e.LineNumber is { } line && e.BytePositionInLine is { } at ? $" (line {line + 1}, byte {at + 1})" : "";
            throw new InputException($"the body is not JSON, or nested deeper than {MaxDepth} levels{where}", e);
        }
    }

    /// <summary>An object as a record.</summary>
    /// <param name="value">The JSON.</param>
    /// <param name="place">The path of the value in the body; empty: it is the body.</param>
    /// <exception cref="InputException">It is no object, or a field is given twice or of another type.</exception>
    public static T Parse<T>(JsonElement value, string place = "")
        where T : RequestBody
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            string subject = place.Length == 0 ? "the body" : $"\"{place}\"";
            throw new InputException($"{subject}: expected a JSON object, found {RowJson.Describe(value)}");
        }

        try
        {
            return value.Deserialize<T>(Serializer)!;
        }
        catch (JsonException e)
        {
            throw new InputException(JsonFaults.Sentence(e, value, place), e);
        }
    }

    // Half a surrogate pair surfaces when a string is read, wherever that is: better here. And a tree of many small values takes
    // many times the bytes of their text: they are counted before it is grown.
    private static void RequireReadable(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf((byte)'\\') < 0 && json.Length < MaxValues) return;
        int values = 0;
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (++values > MaxValues) throw new InputException($"the body holds more than {MaxValues} values");
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new InputException("a string holds half a surrogate pair (\\ud800..\\udfff), which is no Unicode text", e);
        }
    }
}
