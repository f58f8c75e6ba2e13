using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>The families that came later give the numbers of transformers in float64, and their gradients, by name.</summary>
public sealed class FamilyParityTests
{
    public static TheoryData<string, SimdPath> NamesAndPaths
    {
        get
        {
            var data = new TheoryData<string, SimdPath>();
            foreach (string name in FamilyReference.Names)
            {
                foreach (SimdPath path in SimdPaths.Supported) data.Add(name, path);
            }

            return data;
        }
    }

    [SharedTheory(FamilyReference.Place)]
    [MemberData(nameof(NamesAndPaths))]
    public void Log_probabilities_and_logits_agree_with_transformers(string name, SimdPath path)
    {
        var reference = new FamilyReference(name);
        using LanguageModel model = LanguageModel.Load(reference.Folder, new() { Threads = 2, Simd = path });
        foreach (var row in reference.Rows)
        {
            using var cache = new KeyValueCache(model.Config, keepLayers: false);
            Matrix hidden = model.Decoder.Forward(TokenTree.Of(row.Ids), cache);
            int[] all = [.. Enumerable.Range(0, row.Ids.Length)];
            HeadTrace trace = model.Decoder.Trace(hidden, all, [.. row.Ids[1..], 0], alpha: 1);
            for (int t = 0; t < row.Ids.Length; t++)
            {
                Assert.Equal(row.LogSumExp[t], trace.LogSumExp[t], 1e-4);
                Assert.Equal(row.MeanLogit[t], trace.MeanLogit[t], 1e-4);
                if (t + 1 < row.Ids.Length) Assert.Equal(row.LogProbs[t], trace.Q[t] - trace.LogSumExp[t], 1e-4);
            }

            Span<float> logits = model.Decoder.Logits(hidden, [row.Ids.Length - 1]).Row(0);
            foreach ((int id, double logit) in row.Top) Assert.Equal(logit, logits[id], 1e-4);
        }
    }

    [SharedTheory(FamilyReference.Place)]
    [MemberData(nameof(NamesAndPaths))]
    public void Every_parameters_gradient_agrees_with_transformers(string name, SimdPath path)
    {
        var reference = new FamilyReference(name);
        using LanguageModel model = LanguageModel.Load(reference.Folder, new() { Threads = 2, Simd = path });
        using var store = new GradientBuffers(model.Decoder);
        using var pass = new GradientPass(model.Decoder, store.Gradients);
        int[] ids = reference.Rows[1].Ids;
        int[] rows = [.. Enumerable.Range(0, ids.Length - 1)];
        HeadTrace trace = pass.Forward(TokenTree.Of(ids), rows, ids[1..]);
        Assert.Equal(reference.Loss, trace.LogSumExp.Zip(trace.Q, (all, one) => all - one).Average(), 1e-5);
        pass.Backward(new HeadGradient([.. rows.Select(_ => -1.0 / rows.Length)]));

        Dictionary<string, float[]> expected = reference.Gradients(), found = FamilyReference.Fused(store.ByTensor());
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, float[] values) in expected)
        {
            double difference = Near.Distance(values, found[tensor]);
            Assert.True(difference <= 1e-4, $"{name} on {path}: relative error {difference:0.0e0} of the gradient of {tensor}");
        }
    }
}
