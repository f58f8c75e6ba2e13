using System.Text.Json;

namespace Innate.Rows;

/// <summary>
/// Whether the rows of a finished output are those that this run would make: nothing beside such a file tells how it was made.
/// Every row must hold its input's fields; the first and the last good one are made anew and must come out the same, byte for
/// byte.
/// </summary>
/// <param name="input">Where the input's rows are.</param>
/// <param name="own">Fields that the run writes beside the rewards; a row's field of that name is replaced.</param>
/// <param name="make">The line that this run makes of a row, and of its place, from 0.</param>
internal sealed class EarlierRows(RowLocation input, IReadOnlyList<string> own, Func<InputLine, long, byte[]> make)
{
    private readonly HashSet<string> _made =
        [.. own, .. Enum.GetValues<ResponseShape>().SelectMany(shape => RowRewards.Fields(shape, withTrace: true))];

    /// <summary>Whether the last good row is made anew too, and not the first alone.</summary>
    public bool TriesLast { get; init; } = true;

    /// <summary>Checks the first rows of an output.</summary>
    /// <param name="path">The output.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="InputException">A row is not this run's.</exception>
    public void Check(string path, long rows)
    {
        using RowInput source = RowInput.Open(input);
        using FileStream file = File.OpenRead(path);
        LineReader lines = new(file);
        (InputLine Row, InputLine Line, long Place)? first = null, last = null;
        for (long i = 1; i <= rows; i++)
        {
            if (source.Lines.ReadNext() is not { } row)
            {
                throw RunHeader.Other($"{i - 1} rows in {source.Name} and {rows} in {path}");
            }

            InputLine line = lines.ReadNext()!.Value;
            JsonElement made = RowJson.ParseObject(line);
            if (RowWriter.IsError(made)) continue;
            if (!Holds(made, row)) throw RunHeader.Other($"row {i} of {path}, which is not made of {source.PlaceOf(row.Number)}");
            first ??= (row, line, i - 1);
            if (TriesLast) last = (row, line, i - 1);
        }

        foreach (var sample in (ReadOnlySpan<(InputLine Row, InputLine Line, long Place)?>)[first, last])
        {
            if (sample is not { } made) continue;
            if (make(made.Row, made.Place).AsSpan().TrimEnd((byte)'\n').SequenceEqual(made.Line.Bytes.Span)) continue;
            throw RunHeader.Other($"{path}, whose row {made.Line.Number} was made by another model, reward or setting");
        }
    }

    // A field of the input under a name that is ours is replaced, and a bad row is an error, whatever it holds.
    private bool Holds(JsonElement made, InputLine line)
    {
        try
        {
            foreach (JsonProperty field in RowJson.ParseObject(line).EnumerateObject())
            {
                if (_made.Contains(field.Name)) continue;
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
}
