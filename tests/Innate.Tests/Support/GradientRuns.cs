using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Learning;
using Innate.Models;

namespace Innate.Tests.Support;

/// <summary>Gradients of one fixed loss of whatever tokens are asked about, as tests compare them.</summary>
internal static class GradientRuns
{
    /// <summary>The loss's slopes: they differ from target to target, and a place's slope does not depend on its batch.</summary>
    public static HeadGradient Slopes(int targets, int first = 0) => new(
        [.. Enumerable.Range(first, targets).Select(i => -1 - (i % 5 * 0.25))],
        [.. Enumerable.Range(first, targets).Select(i => (i % 3 * 0.2) - 0.1)]);

    /// <summary>Each trained tensor's gradient of some batches, one after another.</summary>
    public static Dictionary<string, float[]> Of(
        CausalLanguageModel model, IEnumerable<TokenBatch> batches, IReadOnlyList<ModelParameter>? parameters = null)
    {
        using var store = new GradientBuffers(model, parameters: parameters);
        using var pass = new GradientPass(model, store.Gradients);
        int done = 0;
        foreach (TokenBatch batch in batches)
        {
            pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys);
            pass.Backward(Slopes(batch.TargetCount, done));
            done += batch.TargetCount;
        }

        return store.ByTensor();
    }

    /// <summary>Fails unless both have the same bits, apart from tensors that may differ a little.</summary>
    public static void Same(
        Dictionary<string, float[]> expected, Dictionary<string, float[]> found, string what, Predicate<string>? isAlmost = null)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, float[] values) in expected)
        {
            Assert.True(values.Any(v => v != 0) && values.All(float.IsFinite), $"{what}: {tensor} has no gradient");
            bool agrees = isAlmost?.Invoke(tensor) ?? false
                ? Near.Distance(values, found[tensor]) < 1e-6
                : Bytes(values).SequenceEqual(Bytes(found[tensor]));
            Assert.True(agrees, $"{what}: {tensor} differs");
        }

        static ReadOnlySpan<byte> Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan());
    }

    /// <summary>Random ids of a fixture's vocabulary.</summary>
    public static int[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 288))];
}
