using System.Buffers;

namespace Innate.Rows;

/// <summary>
/// Output lines on their way, held back until one row could be read: a file of another kind ends in one sentence, not in as many
/// errors as it has rows.
/// </summary>
/// <param name="input">The rows.</param>
/// <param name="output">Where lines go.</param>
internal sealed class UnreadRows(RowInput input, RowOutput output)
{
    private const int MostHeld = 1 << 22;

    private readonly ArrayBufferWriter<byte> _held = new();
    // Of a part, the rows of the others may be those that can be read.
    private bool _read = output.RowsDone > 0 || input.Part is not null;
    private string? _first;

    /// <summary>Tells of a row that could not be read at all.</summary>
    /// <param name="error">Why.</param>
    public void Add(string error) => _first ??= error;

    /// <summary>Tells that a row could be read, whatever is wrong with it.</summary>
    public void AddRead() => _read = true;

    /// <summary>Writes lines, as soon as it is known that the file is one of rows.</summary>
    /// <param name="lines">Whole lines.</param>
    public void Write(ReadOnlySpan<byte> lines)
    {
        if (!_read && _held.WrittenCount + lines.Length <= MostHeld)
        {
            _held.Write(lines);
            return;
        }

        Release();
        output.Write(lines);
    }

    /// <summary>Writes lines and hands them to the system.</summary>
    /// <param name="lines">Whole lines.</param>
    public void WriteAll(byte[][] lines)
    {
        foreach (byte[] line in lines) Write(line);
        output.Flush();
    }

    /// <summary>The last row is done.</summary>
    /// <exception cref="InputException">Not one row could be read; the output is gone then.</exception>
    public void Complete()
    {
        if (!_read && _first is { } error)
        {
            output.Discard();
            throw new InputException(
                $"{(input.Location.Path is null ? "The input" : input.Name)}: expected rows, found "
                + $"{RowFormats.NameOf(input.Kind)} of "
                + $"which none can be read; the first: {error.TrimEnd('.')}.");
        }

        Release();
        output.Complete();
    }

    private void Release()
    {
        if (_held.WrittenCount == 0) return;
        output.Write(_held.WrittenSpan);
        _held.ResetWrittenCount();
    }
}
