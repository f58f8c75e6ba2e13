using System.Globalization;
using System.Text;

namespace Innate.Rows;

/// <summary>A file's rows, one after another, each as a JSON object's bytes.</summary>
public abstract class RowReader : IDisposable
{
    /// <summary>The longest row, in bytes: a file that is one endless line must not take all memory.</summary>
    internal const int LongestRow = 256 << 20;

    /// <summary>The next row, or null at the end.</summary>
    /// <exception cref="InputException">The file is damaged, or a row is longer than any row should be.</exception>
    public abstract InputLine? ReadNext();

    /// <summary>The files of a dataset's folder, in the order of their rows; empty: the rows are one file's.</summary>
    internal virtual IReadOnlyList<string> Files => [];

    /// <summary>Frees what was opened.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what was opened.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A buffer's next length.</summary>
    internal static int Grown(int length, long row) => length < LongestRow
        ? Math.Min(2 * length, LongestRow)
        : throw new InputException(string.Create(
            CultureInfo.InvariantCulture, $"row {row}: expected at most {LongestRow >> 20} MiB, found more"));

    /// <summary>Reads, and says in one sentence what is wrong with compressed or encoded data.</summary>
    internal static int Read(Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InputException("expected rows compressed by gzip, found damaged data", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException("expected rows in UTF-16, found bytes that are none", e);
        }
    }
}
