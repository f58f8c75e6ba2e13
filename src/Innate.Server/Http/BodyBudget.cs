namespace Innate.Server.Http;

/// <summary>
/// Bounds the bytes of all large bodies together: requests beyond it wait until earlier ones are answered. Small bodies pass.
/// </summary>
internal sealed class BodyBudget : IDisposable
{
    private const int Unit = 1 << 20;
    private const int Units = 256;

    private readonly SemaphoreSlim _left = new(Units);

    // One request takes its share at a time, or two that hold a part each would wait for each other.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Takes room for a body; dispose to give it back.</summary>
    /// <param name="bytes">Its length; of one that does not tell, the longest that is taken.</param>
    /// <param name="cancellation">The client went away, or its time is over.</param>
    public async Task<IDisposable> Enter(long bytes, CancellationToken cancellation)
    {
        int units = (int)Math.Min(Units, bytes / Unit), taken = 0;
        Share share = new(_left, units);
        if (units == 0) return share;
        await _turn.WaitAsync(cancellation);
        try
        {
            while (taken < units)
            {
                await _left.WaitAsync(cancellation);
                taken++;
            }

            return share;
        }
        catch
        {
            if (taken > 0) _left.Release(taken);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _turn.Dispose();
    }

    private sealed class Share(SemaphoreSlim left, int units) : IDisposable
    {
        private int _units = units;

        public void Dispose()
        {
            int given = Interlocked.Exchange(ref _units, 0);
            if (given > 0) left.Release(given);
        }
    }
}
