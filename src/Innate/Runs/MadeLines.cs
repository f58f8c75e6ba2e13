using System.Globalization;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>Lines of a world that are made, not read: line i depends on the seed and i only.</summary>
internal static class MadeLines
{
    private const int LinesAWrite = 1 << 16;

    /// <summary>Writes them.</summary>
    /// <param name="place">Where.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="count">How many.</param>
    /// <param name="line">Line i, with its end.</param>
    /// <param name="cancellation">Stops it; nothing is left under the file's name.</param>
    public static RowsResult Write(
        RowLocation place, ulong seed, int count, Func<int, byte[]> line, CancellationToken cancellation)
    {
        RunHeader header = new(() => [new("seed", seed.ToString(CultureInfo.InvariantCulture))]);
        using RowOutput output = RowOutput.Open(place, resume: false, header);
        using MemoryStream pending = new();
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            pending.Write(line(i));
            if (pending.Length >= LinesAWrite) Flush(pending, output);
        }

        Flush(pending, output);
        output.Complete();
        return new RowsResult(count, 0);
    }

    private static void Flush(MemoryStream pending, RowOutput output)
    {
        output.Write(pending.GetBuffer().AsSpan(0, (int)pending.Length));
        pending.SetLength(0);
    }
}
