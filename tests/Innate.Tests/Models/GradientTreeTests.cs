using Innate.Compute;
using Innate.Learning;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Models;

/// <summary>A prompt is read once for all its responses; nobody can tell from the gradients.</summary>
public sealed class GradientTreeTests
{
    public static TheoryData<string> Models =>
        [.. ((string[])["mistral-window", "gemma2", "gemma3", "llama-mha-tied", "qwen2-tied-bf16", "phi3"]).Concat(ToyModel.Later)];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_prompt_with_branches_has_the_gradients_of_its_sequences_together(string name)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        var random = new Random(6);
        (int[] Prompt, int[][] Responses)[] groups =
        [
            (GradientRuns.Draw(random, 23), [.. ((int[])[9, 1, 40, 2]).Select(n => GradientRuns.Draw(random, n))]),
            (GradientRuns.Draw(random, 1), [.. ((int[])[5, 30]).Select(n => GradientRuns.Draw(random, n))]),
        ];
        TokenBatch tree = new(null), apart = new(null);
        foreach ((int[] prompt, int[][] responses) in groups)
        {
            tree.AddGroup(0, prompt, responses);
            foreach (int[] response in responses)
            {
                int[] tokens = [.. prompt, .. response];
                apart.AddSequence(0, tokens, [.. tokens.Select((_, at) => at >= prompt.Length)]);
            }
        }

        Assert.Equal(apart.Targets, tree.Targets);
        Dictionary<string, float[]> expected = GradientRuns.Of(model.Decoder, [apart]);
        Dictionary<string, float[]> found = GradientRuns.Of(model.Decoder, [tree]);
        foreach ((string tensor, float[] values) in expected)
        {
            double distance = Near.Distance(values, found[tensor]);
            Assert.True(distance < 1e-5, $"{name}: {tensor} differs by {distance:0.0e0}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void What_training_reads_are_the_bits_that_inference_gives(string name)
    {
        var parity = ToyModel.Of(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 1 });
        int[][] responses = [parity.Response, parity.Response[..1], [7, 8, 9]];
        var batch = new TokenBatch(null);
        batch.AddGroup(0, parity.Prompt, responses);
        using var store = new GradientBuffers(model.Decoder);
        using var pass = new GradientPass(model.Decoder, store.Gradients);
        HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets);
        TokenTrace[] traces = [.. responses.Select(r => model.Trace([new TraceQuery(parity.Prompt, [r])])[0][0])];
        Assert.Equal(traces.SelectMany(t => t.LogProbability), TokenBatch.LogProbs(trace));
        Assert.Equal(traces.SelectMany(t => t.Entropy), trace.Entropy);

        // Reading traces between a forward and its backward changes nothing either.
        pass.Backward(GradientRuns.Slopes(batch.TargetCount));
        GradientRuns.Same(GradientRuns.Of(model.Decoder, [batch]), store.ByTensor(), name);
    }

    [Fact]
    public void A_backward_needs_a_forward_of_its_own()
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        using var store = new GradientBuffers(model.Decoder);
        using var pass = new GradientPass(model.Decoder, store.Gradients);
        Assert.Throws<InvalidOperationException>(() => pass.Backward(new HeadGradient([1])));
        pass.Forward(TokenTree.Of([3, 4, 5]), [1], [5]);
        pass.Backward(new HeadGradient([1]));
        Assert.Throws<InvalidOperationException>(() => pass.Backward(new HeadGradient([1])));
    }

    [Fact]
    public void Frozen_weights_change_nothing_for_those_that_learn()
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("qwen2-tied-bf16").Folder, new() { Threads = 1 });
        var batch = new TokenBatch(null);
        batch.AddGroup(0, [5, 6, 7], [[8, 9, 10, 11], [12, 13]]);
        Dictionary<string, float[]> all = GradientRuns.Of(model.Decoder, [batch]);
        ModelParameter[] some = [.. model.Decoder.Parameters.Where((_, i) => i % 4 == 1)];
        Dictionary<string, float[]> few = GradientRuns.Of(model.Decoder, [batch], some);
        GradientRuns.Same(few.Keys.ToDictionary(k => k, k => all[k], StringComparer.Ordinal), few, "frozen");
    }
}
