namespace Innate.Reports;

/// <summary>Rows of words as plain text whose columns stand under each other: the same in a pipe and on a terminal.</summary>
public static class AlignedText
{
    /// <summary>The rows, a line each, two spaces between columns.</summary>
    /// <param name="rows">Each as many cells as the first; at least one row.</param>
    /// <param name="indent">What stands before each line.</param>
    public static string Of(IReadOnlyList<string[]> rows, string indent = "")
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        return string.Concat(rows.Select(row =>
            indent + string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd() + "\n"));
    }
}
