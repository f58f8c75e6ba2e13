using System.Globalization;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>
/// Rows that a run makes other rows of, some at a time: a bad one is told with its line, counted and left out.
/// </summary>
/// <param name="input">The rows.</param>
/// <param name="output">Where lines go.</param>
/// <param name="events">Is told of bad rows.</param>
/// <param name="progress">Is told how far the run is.</param>
internal sealed class LabelledRows(RowInput input, RowOutput output, IProgress<RunEvent>? events, IProgress<WorkDone>? progress)
{
    /// <summary>What came of them so far.</summary>
    public RowsResult Result { get; private set; } = new(0, 0);

    /// <summary>Reads all rows, and writes what is made of them.</summary>
    /// <param name="together">Rows that are worked on together.</param>
    /// <param name="read">A line as a row.</param>
    /// <param name="lines">What is made of some rows, at least one; a row that turns out to be bad is told of.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public void Run<T>(
        int together, Func<InputLine, T> read, Func<IReadOnlyList<T>, IEnumerable<byte[]>> lines, CancellationToken cancellation)
    {
        UnreadRows unread = new(input, output);
        List<T> batch = [];
        long end = 0;
        while (input.Lines.ReadNext() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            Result = Result with { Rows = Result.Rows + 1 };
            end = line.End;
            try
            {
                batch.Add(read(line));
                unread.AddRead();
            }
            catch (InputException e)
            {
                Tell(line.Number, e);
            }

            if (batch.Count == together) Write();
        }

        Write();
        unread.Complete();

        void Write()
        {
            if (batch.Count == 0) return;
            foreach (byte[] made in lines(batch)) unread.Write(made);
            output.Flush();
            progress?.Report(new WorkDone(Result.Rows, 0, input.FractionAt(end)));
            batch.Clear();
        }
    }

    /// <summary>Tells of a bad row.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="e">What is wrong with it.</param>
    public void Tell(long line, InputException e)
    {
        Result = Result with { Errors = Result.Errors + 1 };
        events?.Report(new RunNote(
            string.Create(CultureInfo.InvariantCulture, $"line {line}: {e.Message.TrimEnd('.')}; left out."), IsFault: true));
    }
}
