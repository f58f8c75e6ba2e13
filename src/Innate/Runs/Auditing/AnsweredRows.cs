using System.Globalization;
using Innate.Rows;

namespace Innate.Runs.Auditing;

/// <summary>Reads a file's rows for an audit; a bad one is told, counted and left out.</summary>
/// <param name="data">The file.</param>
/// <param name="columns">The file's own names of fields; null: none of its own.</param>
/// <param name="limit">The first so many rows; null: all.</param>
/// <param name="events">Is told of bad rows; null: nobody listens.</param>
internal sealed class AnsweredRows(string data, RowColumns? columns, int? limit, IProgress<RunEvent>? events)
{
    /// <summary>Rows that were left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>What the good rows become, in order.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads a row; an <see cref="InputException"/> leaves it out.</param>
    /// <param name="what">What a good row would have been, for the message where there is none.</param>
    /// <exception cref="InputException">The file cannot be read, or has no good row.</exception>
    public IReadOnlyList<T> Read<T>(Func<InputLine, T> read, string what)
        where T : class
    {
        if (limit is < 1) throw new InputException("Limit", "a whole number of at least 1", $"{limit}");
        T[] rows =
        [
            .. RowInput.Read(data, line => Try(line, read), columns).Take(limit ?? int.MaxValue).Select(r => r.Row)
                .OfType<T>(),
        ];
        return rows.Length > 0 ? rows : throw new InputException($"{data}: expected {what}, found none.");
    }

    private T? Try<T>(InputLine line, Func<InputLine, T> read)
        where T : class
    {
        try
        {
            return RowJson.Guard(() => read(line));
        }
        catch (InputException e)
        {
            LeftOut++;
            events?.Report(new RunNote(
                string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: {e.Message.TrimEnd('.')}; left out."),
                IsFault: true));
            return null;
        }
    }
}
