using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Innate.Learning.Watching;

/// <summary>Where a line lies, for messages.</summary>
internal readonly record struct LinePlace(string Path, int Number)
{
    public InputException Fault(string what) => new($"{Path}: line {Number}: {what}");

    public InputException Fault(string field, string expected, JsonElement found) =>
        Fault($"field '{field}': expected {expected}, found {Describe(found)}.");

    private static string Describe(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Undefined => "nothing",
        _ => found.GetRawText(),
    };
}

/// <summary>
/// A file of JSON objects, one a line, each with the <c>step</c> it belongs to; steps never fall. A killed process loses no
/// line that was appended, and may leave a part of the one that it was writing.
/// </summary>
internal sealed class StepLines : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private int _step;

    private StepLines(FileStream stream, int step)
    {
        _stream = stream;
        _step = step;
    }

    /// <summary>Opens a file for appending.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resumeAfterStep">Keep the lines up to this step, itself included; null: begin anew.</param>
    /// <exception cref="InputException">A line that would be kept is no JSON object with a step.</exception>
    public static StepLines Open(string path, int? resumeAfterStep)
    {
        (int step, long bytes) = (0, 0);
        if (resumeAfterStep is { } last && File.Exists(path)) (step, bytes) = Survey(path, last);

        // bufferSize 0: what Append returns from is with the system. Others may read what a run has written so far.
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.SetLength(bytes);
        stream.Position = bytes;
        return new StepLines(stream, step);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes what is wanted of a line's step and object.</param>
    /// <exception cref="InputException">A line other than a torn last one is not what it should be.</exception>
    public static List<T> Read<T>(string path, Func<int, JsonElement, LinePlace, T> parse)
    {
        List<T> all = [];
        Walk(path, (step, json, place, _) =>
        {
            all.Add(parse(step, json, place));
            return true;
        });
        return all;
    }

    /// <summary>Appends a line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is before the last line's.</exception>
    public void Append(int step, Action<Utf8JsonWriter> writeFields)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, _step);
        _buffer.ResetWrittenCount();
        using (Utf8JsonWriter writer = new(_buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", step);
            writeFields(writer);
            writer.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        _stream.Write(_buffer.WrittenSpan);
        _step = step;
    }

    public void Dispose() => _stream.Dispose();

    // The last step kept, and the bytes up to the end of its line.
    private static (int Step, long Bytes) Survey(string path, int last)
    {
        (int Step, long Bytes) kept = (0, 0);
        Walk(path, (step, _, _, end) =>
        {
            if (step > last) return false;
            kept = (step, end);
            return true;
        });
        return kept;
    }

    private static void Walk(string path, Func<int, JsonElement, LinePlace, int, bool> visit)
    {
        byte[] bytes = ReadShared(path);
        int number = 0;
        int before = 0;
        for (int start = 0; start < bytes.Length;)
        {
            // What has no end was torn by a kill.
            int length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0) return;
            LinePlace place = new(path, ++number);
            if (!Utf8.IsValid(bytes.AsSpan(start, length))) throw place.Fault("expected UTF-8, found bytes that are not.");
            try
            {
                using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(start, length));
                start += length + 1;
                int step = StepOf(json.RootElement, place);
                if (step < before) throw place.Fault($"field 'step': expected {before} or more, found {step}.");
                before = step;
                if (!visit(step, json.RootElement, place, start)) return;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: an escaped half of a surrogate pair, which no string can hold.
                throw new InputException($"{path}: line {number}: expected a JSON object, found something else.", e);
            }
        }
    }

    private static int StepOf(JsonElement json, LinePlace place)
    {
        if (json.ValueKind != JsonValueKind.Object) throw place.Fault("expected a JSON object, found something else.");
        json.TryGetProperty("step", out JsonElement field);
        if (field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out int step) && step >= 0) return step;
        throw place.Fault("step", "a whole number from 0", field);
    }

    private static byte[] ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
