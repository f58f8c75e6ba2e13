using System.Text.Json;

namespace Innate.Learning.Watching;

/// <summary>
/// samples.jsonl: what the model answered now and then, one object a line, <c>{"step", "prompt", "response"}</c>; where pieces
/// have values also <c>"pieces": [[text, number or null], ...]</c>, where the prompt is a held-out one <c>"held_out": true</c>.
/// </summary>
internal sealed class SampleLog : IDisposable
{
    private readonly StepLines _lines;

    private SampleLog(StepLines lines) => _lines = lines;

    /// <summary>Opens a log to append to.</summary>
    /// <param name="path">The file; made where there is none.</param>
    /// <param name="resumeAfterStep">
    /// Keep what was recorded up to this step, itself included, and drop the rest, a torn last line too; null: begin anew.
    /// </param>
    /// <exception cref="InputException">A line that would be kept is not a step's object.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SampleLog Open(string path, int? resumeAfterStep) => new(StepLines.Open(path, resumeAfterStep));

    /// <summary>Reads a log, also that of a run that is still going on.</summary>
    /// <returns>The samples in order; a torn last line is left out.</returns>
    /// <exception cref="InputException">Another line is not a sample.</exception>
    public static IReadOnlyList<TrainingSample> Read(string path) => StepLines.Read(path, Parse);

    /// <summary>Appends a sample; several may share a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is before the last line's.</exception>
    public void Append(TrainingSample sample) => _lines.Append(sample.Step, writer =>
    {
        writer.WriteString("prompt", sample.Prompt);
        writer.WriteString("response", sample.Response);
        if (sample.IsHeldOut) writer.WriteBoolean("held_out", true);
        if (sample.Pieces.All(p => p.Value is null)) return;
        writer.WriteStartArray("pieces");
        foreach (TextPiece piece in sample.Pieces)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(piece.Text);
            if (piece.Value is { } value && double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _lines.Dispose();

    private static TrainingSample Parse(int step, JsonElement json, LinePlace place)
    {
        string prompt = TextOf(json, "prompt", place);
        string response = TextOf(json, "response", place);
        bool isHeldOut = json.TryGetProperty("held_out", out JsonElement held) && held.ValueKind == JsonValueKind.True;
        if (!json.TryGetProperty("pieces", out JsonElement pieces))
        {
            return new TrainingSample(step, prompt, response) { IsHeldOut = isHeldOut };
        }

        if (pieces.ValueKind != JsonValueKind.Array) throw place.Fault("pieces", "an array", pieces);
        return new TrainingSample(step, prompt, [.. pieces.EnumerateArray().Select(p => PieceOf(p, place))])
        {
            IsHeldOut = isHeldOut,
        };
    }

    private static string TextOf(JsonElement json, string name, LinePlace place)
    {
        json.TryGetProperty(name, out JsonElement field);
        return field.ValueKind == JsonValueKind.String ? field.GetString()! : throw place.Fault(name, "a string", field);
    }

    private static TextPiece PieceOf(JsonElement json, LinePlace place)
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 2 && json[0].ValueKind == JsonValueKind.String)
        {
            if (json[1].ValueKind == JsonValueKind.Null) return new TextPiece(json[0].GetString()!, null);
            if (json[1].ValueKind == JsonValueKind.Number) return new TextPiece(json[0].GetString()!, json[1].GetDouble());
        }

        throw place.Fault("pieces", "pairs of a text and a number or null", json);
    }
}
