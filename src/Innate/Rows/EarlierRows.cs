using System.Text.Json;

namespace Innate.Rows;

/// <summary>
/// Whether the rows of a finished output are those that this run would make: nothing beside such a file tells how it was made.
/// Every row must hold its input's fields; the first and the last good one are made anew and must come out the same, byte for
/// byte.
/// </summary>
/// <param name="input">Where the input's rows are.</param>
/// <param name="make">The line that this run makes of a row.</param>
internal sealed class EarlierRows(RowLocation input, Func<InputLine, byte[]> make)
{
    private static readonly HashSet<string> Made =
    [
        "turns", .. Enum.GetValues<ResponseShape>().SelectMany(shape => RowRewards.Fields(shape, withTrace: true)),
    ];

    /// <summary>Checks the first rows of an output.</summary>
    /// <param name="path">The output.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="InputException">A row is not this run's.</exception>
    public void Check(string path, long rows)
    {
        using RowInput source = RowInput.Open(input);
        using FileStream file = File.OpenRead(path);
        LineReader lines = new(file);
        (InputLine Row, InputLine Line)? first = null, last = null;
        for (long i = 1; i <= rows; i++)
        {
            if (source.Lines.ReadNext() is not { } row) throw Other($"{i - 1} rows in {source.Name} and {rows} in {path}");
            InputLine line = lines.ReadNext()!.Value;
            JsonElement made = RowJson.ParseObject(line);
            if (RowWriter.IsError(made)) continue;
            if (!Holds(made, row)) throw Other($"row {i} of {path}, which is not made of {source.PlaceOf(row.Number)}");
            first ??= (row, line);
            last = (row, line);
        }

        foreach ((InputLine Row, InputLine Line)? sample in (ReadOnlySpan<(InputLine, InputLine)?>)[first, last])
        {
            if (sample is not { } made) continue;
            if (make(made.Row).AsSpan().TrimEnd((byte)'\n').SequenceEqual(made.Line.Bytes.Span)) continue;
            throw Other($"{path}, whose row {made.Line.Number} was made by another model, reward or setting");
        }
    }

    // A field of the input under a name that is ours is replaced, and a bad row is an error, whatever it holds.
    private static bool Holds(JsonElement made, InputLine line)
    {
        try
        {
            foreach (JsonProperty field in RowJson.ParseObject(line).EnumerateObject())
            {
                if (Made.Contains(field.Name)) continue;
                if (!made.TryGetProperty(field.Name, out JsonElement same)) return false;
                if (!JsonElement.DeepEquals(field.Value, same)) return false;
            }

            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    private static InputException Other(string found) => new(
        "Resume", "an output of the same rows and settings (without {Resume} the run starts anew)", found);
}
