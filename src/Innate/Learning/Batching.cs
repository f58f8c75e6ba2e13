using System.Globalization;

namespace Innate.Learning;

/// <summary>How a file's examples become batches and micro-batches.</summary>
internal sealed record Batching
{
    /// <summary>Examples a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Examples computed together: bounds memory, changes nothing but rounding.</summary>
    public required int MicroBatchSize { get; init; }

    /// <summary>Parts of a batch whose gradients are computed by themselves and then added.</summary>
    public int Shares { get; init; } = 1;

    /// <summary>Decides the order of examples, and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether dropout is at work.</summary>
    public bool HasDropout { get; init; }

    /// <summary>The data file's name, for messages.</summary>
    public string Source { get; init; } = "the data";

    /// <summary>The batch's slots, cut into micro-batches.</summary>
    public IEnumerable<(int First, int Count)> MicroBatches() => Enumerable.Range(0, Shares).SelectMany(MicroBatches);

    /// <summary>A share's slots, cut into micro-batches: neighbours, as many as any other share's or one more.</summary>
    /// <param name="share">From 0.</param>
    public IEnumerable<(int First, int Count)> MicroBatches(int share)
    {
        int end = (int)((long)BatchSize * (share + 1) / Shares);
        for (int first = (int)((long)BatchSize * share / Shares); first < end; first += MicroBatchSize)
        {
            yield return (first, Math.Min(MicroBatchSize, end - first));
        }
    }

    /// <summary>What decides one step's dropout; null for none.</summary>
    public ulong? DropoutKey(int step) => HasDropout ? DropoutKey(Seed, step) : null;

    /// <summary>What decides a step's dropout in a run of this seed.</summary>
    internal static ulong DropoutKey(ulong seed, int step) => RandomBits.Mix(RandomBits.Mix(seed, 0xd509), (ulong)step);

    /// <summary>Stops a run whose loss is no number.</summary>
    /// <exception cref="TrainingDivergedException">Names the step and the rows.</exception>
    internal void RequireFinite(double loss, int step, ReadOnlySpan<int> examples, IReadOnlyList<long> lines)
    {
        if (double.IsFinite(loss)) return;
        throw new TrainingDivergedException(string.Create(
            CultureInfo.InvariantCulture,
            $"step {step}: expected a finite loss, found {loss} on {Name(examples.ToArray(), lines)}"));
    }

    /// <summary>Names examples by their lines.</summary>
    internal string Name(int[] examples, IReadOnlyList<long> lines)
    {
        long[] at = [.. examples.Select(i => lines[i]).Distinct().Order()];
        return $"{Source}, {(at.Length == 1 ? "line" : "lines")} {string.Join(", ", at)}";
    }
}
