namespace Innate.Rows;

/// <summary>Groups rows into batches by a budget of tokens; a row above the budget is a batch of its own.</summary>
internal sealed class RowBatches(RowReader lines, RowEncoder encoder)
{
    /// <summary>Enough rows of the tree to fill the matrix products; more only costs memory.</summary>
    public const int TokenBudget = 4096;

    public const int RowBudget = 64;

    private PreparedRow? _ahead;

    /// <summary>The next batch; empty at the end.</summary>
    public List<PreparedRow> Next(CancellationToken cancellation)
    {
        List<PreparedRow> batch = [];
        int tokens = 0;
        while (batch.Count < RowBudget)
        {
            cancellation.ThrowIfCancellationRequested();
            PreparedRow? row = _ahead ?? (lines.ReadNext() is { } line ? encoder.Prepare(line) : null);
            _ahead = null;
            if (row is null) break;
            if (batch.Count > 0 && tokens + row.TokenCount > TokenBudget)
            {
                _ahead = row;
                break;
            }

            batch.Add(row);
            tokens += row.TokenCount;
        }

        return batch;
    }
}
