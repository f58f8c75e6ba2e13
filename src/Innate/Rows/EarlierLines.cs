namespace Innate.Rows;

/// <summary>
/// What of an output can be kept: its longest beginning of whole rows, for a kill may have cut the last line anywhere.
/// </summary>
/// <param name="Rows">Rows.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="HasErrors">Whether one of them is a bad row's error.</param>
internal readonly record struct EarlierLines(long Rows, long Bytes, bool HasErrors)
{
    /// <summary>Surveys an output.</summary>
    /// <param name="path">The file.</param>
    /// <param name="together">Rows that are made together: of those that are cut apart none is kept.</param>
    /// <param name="counts">How many lines each row has; null: one.</param>
    public static EarlierLines Of(string path, int together, IReadOnlyList<RowLines>? counts = null)
    {
        using FileStream stream = PartialFile.OpenToRead(path);
        long length = stream.Length;
        bool isClosed = EndsWithNewline(stream);
        LineReader lines = new(stream);
        long rows = 0, end = 0;
        bool errors = false;
        EarlierLines kept = default;
        while (counts is null || rows < counts.Count)
        {
            (int wanted, bool isBad) = counts?[(int)rows] ?? new RowLines(1);
            int found = 0;
            while (found < wanted && Next() is { } line)
            {
                found++;
                end = line.End;
                errors |= line.IsError;
            }

            if (found < wanted) break;
            rows++;
            errors |= isBad;
            if (rows % together == 0) kept = new EarlierLines(rows, end, errors);
        }

        return kept;

        // No newline at the end of the file: the line may be cut even where it parses.
        (long End, bool IsError)? Next()
        {
            if (lines.ReadNext() is not { } line || (line.End == length && !isClosed)) return null;
            try
            {
                return (line.End, RowWriter.IsError(RowJson.ParseObject(line)));
            }
            catch (InputException)
            {
                return null;
            }
        }
    }

    private static bool EndsWithNewline(FileStream stream)
    {
        if (stream.Length == 0) return false;
        stream.Seek(-1, SeekOrigin.End);
        bool ends = stream.ReadByte() == '\n';
        stream.Position = 0;
        return ends;
    }
}
