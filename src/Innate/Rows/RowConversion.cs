using System.Text.Json;

namespace Innate.Rows;

/// <summary>Rows into lines, one for one; a bad row's reason in its place.</summary>
public static class RowConversion
{
    private const int BytesAWrite = 1 << 16;

    /// <summary>Converts all rows.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="output">The lines.</param>
    /// <param name="convert">One row's line; an <see cref="InputException"/> becomes its error line.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <returns>How many rows were bad.</returns>
    /// <exception cref="InputException">The input or the output cannot be opened.</exception>
    public static long Run(
        RowLocation input, RowLocation output, Func<JsonElement, byte[]> convert, CancellationToken cancellation = default)
    {
        using RowInput rows = RowInput.Open(input);
        using RowOutput lines = RowOutput.Open(output, rows);
        using MemoryStream pending = new();
        long errors = 0;
        while (rows.Lines.ReadNext() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] result;
            try
            {
                result = RowJson.Guard(() => convert(RowJson.ParseObject(line)));
            }
            catch (InputException e)
            {
                result = RowWriter.Error(line.Number, e.Message);
                errors++;
            }

            // A pipe's reader gets each line at once; a file gets them in larger pieces.
            pending.Write(result);
            if (lines.Target is null || pending.Length >= BytesAWrite) Flush();
        }

        Flush();
        lines.Complete();
        return errors;

        void Flush()
        {
            lines.Write(pending.GetBuffer().AsSpan(0, (int)pending.Length));
            pending.SetLength(0);
        }
    }
}
