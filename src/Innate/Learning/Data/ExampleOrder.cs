namespace Innate.Learning.Data;

/// <summary>
/// Which examples make up which batch: every epoch visits each example once, in an order that depends on seed and epoch alone.
/// Batches run on across the end of an epoch, so none is short, and a run's place in its data is its step and nothing else.
/// </summary>
internal sealed class ExampleOrder
{
    private readonly int _count;
    private readonly ulong _seed;
    private (long Epoch, int[] Order) _last;

    /// <param name="count">Examples, at least 1.</param>
    /// <param name="seed">Decides the orders.</param>
    public ExampleOrder(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (_count, _seed, _last) = (count, seed, (0, Epoch(count, seed, 0)));
    }

    /// <summary>The examples of one step: indices from 0. Not for concurrent use, since the last epoch's order is kept.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="batchSize">Examples a step, the same for the whole run.</param>
    public int[] Batch(long step, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int[] batch = new int[batchSize];
        long first = checked((step - 1) * batchSize);
        for (int i = 0; i < batchSize; i++) batch[i] = Order((first + i) / _count)[(int)((first + i) % _count)];
        return batch;
    }

    /// <summary>The order of one epoch: Fisher and Yates's shuffle with random bits that are a function of their place.</summary>
    /// <param name="count">Examples.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0.</param>
    public static int[] Epoch(int count, ulong seed, long epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        ulong key = RandomBits.Key(seed, (ulong)epoch);
        for (int i = count - 1; i > 0; i--)
        {
            // The high half of a product: even to one part in 2^64 / count.
            int j = (int)Math.BigMul(RandomBits.Bits(key, (ulong)i), (ulong)i + 1, out _);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private int[] Order(long epoch)
    {
        if (_last.Epoch != epoch) _last = (epoch, Epoch(_count, _seed, epoch));
        return _last.Order;
    }
}
