using System.Text.Json;
using System.Text.Unicode;

namespace Innate.Foundation;

/// <summary>One object of a JSON-lines file.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Fields">The object.</param>
internal readonly record struct JsonLine(long Line, JsonElement Fields);

/// <summary>
/// Files of one JSON object a line, UTF-8, with or without a byte order mark and carriage returns. Blank lines at the end are
/// passed over.
/// </summary>
internal static class JsonLines
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>The file's objects, in order, read as they are asked for.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is no JSON object: named by file and line.</exception>
    public static IEnumerable<JsonLine> Read(string file)
    {
        if (Directory.Exists(file)) throw new InputException($"{file}: expected a file of JSON lines, found a folder.");
        if (!File.Exists(file) && !Path.Exists(file)) throw new InputException($"{file}: there is no such file.");
        return ReadLines(file);
    }

    private static IEnumerable<JsonLine> ReadLines(string file)
    {
        using Stream stream = Open(file);
        long number = 0, blank = 0;
        foreach (byte[] bytes in Split(stream, file))
        {
            number++;
            ReadOnlyMemory<byte> line = number == 1 && bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                if (blank == 0) blank = number;
                continue;
            }

            if (blank > 0) throw new InputException($"{file}, line {blank}: expected a JSON object, found a blank line.");
            yield return new JsonLine(number, Parse(line, file, number));
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> line, string file, long number)
    {
        if (!Utf8.IsValid(line.Span))
        {
            throw new InputException($"{file}, line {number}: expected UTF-8, found bytes that are not.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line, Options);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? root.Clone()
                : throw new InputException($"{file}, line {number}: expected a JSON object, found {Describe(root)}.");
        }
        catch (JsonException e)
        {
            string where = e.BytePositionInLine is { } at ? $" a fault at byte {at + 1}" : " none";
            throw new InputException($"{file}, line {number}: expected JSON, found{where}.", e);
        }
    }

    /// <summary>A value's kind, for messages.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {Shortened(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    // A number may have a million digits.
    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<byte[]> Split(Stream stream, string file)
    {
        byte[] buffer = new byte[1 << 16];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, checked(2 * buffer.Length));
            int read;
            try
            {
                read = stream.Read(buffer, length, buffer.Length - length);
            }
            catch (IOException e)
            {
                throw new InputException($"{file}: cannot be read: {e.Message}", e);
            }

            // Only what is new can hold a line's end.
            int start = 0, searched = length;
            length += read;
            while (buffer.AsSpan(searched, length - searched).IndexOf((byte)'\n') is var at and >= 0)
            {
                yield return buffer[start..(searched + at)];
                start = searched = searched + at + 1;
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (read > 0) continue;
            if (length > 0) yield return buffer[..length];
            yield break;
        }
    }
}
