using Innate.Rows;

namespace Innate.Learning.Data;

/// <summary>A file's examples.</summary>
/// <typeparam name="T"><see cref="SequenceExample"/> or <see cref="PreferenceExample"/>.</typeparam>
/// <param name="Examples">In the file's order; at least one.</param>
/// <param name="Lines">Each example's line in the file, from 1.</param>
/// <param name="Skipped">Rows left out for their length.</param>
/// <param name="Truncated">Rows cut for their length.</param>
internal sealed record TrainingRows<T>(IReadOnlyList<T> Examples, IReadOnlyList<long> Lines, int Skipped, int Truncated);

/// <summary>One row's example, before the length is looked at.</summary>
/// <param name="Example">The example.</param>
/// <param name="Length">Its tokens: prompt and longest response.</param>
internal sealed record RowExample<T>(T Example, int Length);

/// <summary>The loop over a file's rows that both kinds share.</summary>
internal static class TrainingRowReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Rows in any format (<see cref="RowInput"/>).</param>
    /// <param name="options">The length limit, and what becomes of longer rows.</param>
    /// <param name="encode">A row to its example; errors without place.</param>
    /// <param name="truncate">An example cut to so many tokens, or null where nothing to learn remains.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static TrainingRows<T> Read<T>(
        string file, TrainingRowOptions options, Func<InputLine, RowExample<T>> encode, Func<T, int, T?> truncate,
        CancellationToken cancellation)
        where T : class
    {
        if (options.MaxTokens < 2) throw new ArgumentOutOfRangeException(nameof(options), options.MaxTokens, "at least 2 tokens");
        List<T> examples = [];
        List<long> lines = [];
        int skipped = 0, truncated = 0;
        foreach ((RowExample<T> row, long line) in RowInput.Read(file, encode, options.Columns))
        {
            cancellation.ThrowIfCancellationRequested();
            if (row.Length <= (options.MaxTokens ?? int.MaxValue))
            {
                examples.Add(row.Example);
                lines.Add(line);
                continue;
            }

            int most = options.MaxTokens!.Value;
            if (options.OverLength == OverLength.Refuse)
            {
                throw new InputException($"{file}, line {line}: expected at most {most} tokens, found {row.Length}.");
            }

            T? cut = options.OverLength == OverLength.Truncate ? truncate(row.Example, most) : null;
            if (cut is null)
            {
                skipped++;
                continue;
            }

            truncated++;
            examples.Add(cut);
            lines.Add(line);
        }

        return examples.Count > 0
            ? new TrainingRows<T>(examples, lines, skipped, truncated)
            : throw new InputException(skipped == 0
                ? $"{file}: expected rows to learn from, found none."
                : $"{file}: expected rows of at most {options.MaxTokens} tokens, found only longer ones ({skipped}).");
    }
}
