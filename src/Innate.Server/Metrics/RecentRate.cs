using System.Diagnostics;

namespace Innate.Server.Metrics;

/// <summary>A sum over the last ten seconds.</summary>
internal sealed class RecentRate
{
    private const int Seconds = 10;

    private readonly Lock _lock = new();
    private readonly long[] _sums = new long[Seconds];
    private readonly long[] _second = new long[Seconds];

    public void Add(long amount, long now)
    {
        long second = now / Stopwatch.Frequency;
        int slot = (int)(second % Seconds);
        lock (_lock)
        {
            if (_second[slot] != second) (_second[slot], _sums[slot]) = (second, 0);
            _sums[slot] += amount;
        }
    }

    public double PerSecond(long now)
    {
        long second = now / Stopwatch.Frequency, sum = 0;
        lock (_lock)
        {
            for (int i = 0; i < Seconds; i++)
            {
                if (second - _second[i] < Seconds) sum += _sums[i];
            }
        }

        return (double)sum / Seconds;
    }
}
