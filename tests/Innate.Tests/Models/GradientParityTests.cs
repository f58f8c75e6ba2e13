using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Simd;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>Every family's gradients, by name, are those that an independent float64 reference gives.</summary>
public sealed class GradientParityTests
{
    public static TheoryData<string, SimdPath> DecodersAndPaths => ParityTests.DecodersAndPaths;

    public static TheoryData<string> Decoders => [.. ToyModel.Names];

    [Theory]
    [MemberData(nameof(DecodersAndPaths))]
    public void Every_parameters_gradient_agrees_with_the_reference(string name, SimdPath path)
    {
        var parity = new ParityModel(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2, Simd = path });
        using var store = new GradientBuffers(model.Decoder);
        using var pass = new GradientPass(model.Decoder, store.Gradients);

        int[] rows = [.. Enumerable.Range(parity.PromptLength - 1, parity.Response.Length)];
        HeadTrace trace = pass.Forward(TokenTree.Of(parity.Ids), rows, parity.Response);
        double loss = trace.LogSumExp.Zip(trace.Q, (all, one) => all - one).Average();
        Assert.Equal(parity.Expected.GetProperty("loss").GetDouble(), loss, 1e-5);
        pass.Backward(new HeadGradient([.. rows.Select(_ => -1.0 / rows.Length)]));

        Dictionary<string, float[]> expected = parity.Gradients();
        Dictionary<string, float[]> found = store.ByTensor();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, float[] values) in expected)
        {
            double difference = 0, size = 0;
            for (int i = 0; i < values.Length; i++)
            {
                difference += Math.Pow(values[i] - found[tensor][i], 2);
                size += Math.Pow(values[i], 2);
            }

            double relative = Math.Sqrt(difference / size);
            Assert.True(relative <= 1e-4, $"{name} on {path}: relative error {relative:0.0e0} of the gradient of {tensor}");
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Activations_that_are_kept_and_those_computed_again_give_the_same_bits(string name)
    {
        var parity = ToyModel.Of(name);
        Dictionary<string, float[]> kept = Run(keepBytes: 1 << 30), again = Run(keepBytes: 0);
        long one = KeptBytesOfALayer();
        Dictionary<string, float[]> some = Run(keepBytes: one);
        foreach ((string tensor, float[] values) in kept)
        {
            Assert.Equal(values, again[tensor]);
            Assert.Equal(values, some[tensor]);
        }

        // Of the last layer alone.
        long KeptBytesOfALayer()
        {
            using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2 });
            return parity.Ids.Length * model.Decoder.Layers[^1].KeptFloats * sizeof(float);
        }

        Dictionary<string, float[]> Run(long keepBytes)
        {
            using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2 });
            using var store = new GradientBuffers(model.Decoder);
            using var pass = new GradientPass(model.Decoder, store.Gradients) { KeepBytes = keepBytes };
            // Twice: what the first pass kept must not serve the second.
            foreach (int[] ids in (int[][])[[.. parity.Ids.Reverse()], parity.Ids])
            {
                int[] rows = [.. Enumerable.Range(0, ids.Length - 1)];
                pass.Forward(TokenTree.Of(ids), rows, ids[1..]);
                pass.Backward(new HeadGradient([.. rows.Select(_ => -1.0)]));
            }

            return store.ByTensor();
        }
    }

    [Fact]
    public void Adapters_too_learn_alike_whether_activations_are_kept()
    {
        Assert.Equal(Run(1 << 30), Run(0));

        static float[] Run(long keepBytes)
        {
            var parity = new ParityModel("qwen3");
            using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2 });
            LoraAdapters adapters = LoraAdapters.Attach(
                model.Decoder,
                new AdapterConfig { Rank = 3, Alpha = 6, Dropout = 0.25, TargetModules = [AdapterConfig.AllLinear] }, 1);
            using var weights = new TrainedWeights(adapters.Parameters);
            using var pass = new GradientPass(model.Decoder, weights.Gradients) { KeepBytes = keepBytes };
            int[] rows = [.. Enumerable.Range(0, parity.Ids.Length - 1)];
            for (int step = 1; step <= 4; step++)
            {
                pass.Forward(TokenTree.Of(parity.Ids), rows, parity.Ids[1..],
                    [.. parity.Ids.Select((_, t) => (ulong)((step * 1000) + t))]);
                pass.Backward(new HeadGradient([.. rows.Select(_ => -1.0 / rows.Length)]));
                AdamW.Step(model.Decoder.Kernels, weights, new AdamWOptions(), step, 1e-2,
                    weights.GradientNorm(model.Decoder.Kernels));
            }

            return [.. weights.Parameters.SelectMany(p => p.Values.Row(0).ToArray())];
        }
    }
}
