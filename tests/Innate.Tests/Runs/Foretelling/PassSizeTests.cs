using Innate.Checkpoints;
using Innate.Compute;
using Innate.Learning;
using Innate.Layers;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Runs.Foretelling;
using Innate.Tests.Support;

namespace Innate.Tests.Runs.Foretelling;

/// <summary>What a forecast counts is what a pass computes and holds.</summary>
public class PassSizeTests
{
    [Fact]
    public void A_shared_prompt_counts_once_and_a_responses_last_token_is_not_read()
    {
        PassSize size = PassSize.Of([new TraceQuery([1, 2, 3], [[4, 5], [6, 7, 8]]), new TraceQuery([9], [[1]])]);
        Assert.Equal(3 + 1 + 2 + 1, size.Tokens);
        Assert.Equal((6, 5), (size.HeadRows, size.Longest));

        // The prompt's tokens see 1, 2, 3 keys, the responses' 4 and 4, 5, the other prompt's 1.
        Assert.Equal(6 + 4 + 9 + 1, size.Pairs(null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void Pairs_are_what_each_token_sees_one_by_one(int? window)
    {
        (int First, int Tokens)[] nodes = [(0, 7), (7, 3), (2, 1), (0, 0), (30, 12)];
        double expected = nodes.Sum(n => Enumerable.Range(n.First, n.Tokens).Sum(p => Math.Min(p + 1, window ?? int.MaxValue)));
        Assert.Equal(expected, new PassSize(nodes, 0).Pairs(window));
    }

    [Fact]
    public void A_batch_to_learn_from_is_counted_as_it_is_read()
    {
        var batch = new TokenBatch(dropoutKey: null);
        batch.AddSequence(0, [1, 2, 3, 4], [false, false, true, true]);
        batch.AddGroup(1, [5, 6], [[7, 8], [9]]);
        PassSize size = PassSize.Of(batch);
        Assert.Equal(batch.Tree.TokenCount, size.Tokens);
        Assert.Equal(2 + 3, size.HeadRows);
        Assert.Equal(1 + 2 + 3 + 1 + 2 + 3, size.Pairs(null));
    }

    [Fact]
    public void The_maps_values_are_the_models_own()
    {
        foreach (string name in ToyModel.Names)
        {
            using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
            double share = model.Config.Experts is { } e ? (double)e.PerToken / e.Count : 1;
            double expected = model.Decoder.Maps.Sum(m => (double)m.Map.Weight.Rows * m.Map.Weight.Columns
                * (m.Module.Contains(".experts", StringComparison.Ordinal) ? share : 1));
            double routers = model.Config.Experts is { } x ? x.Layers.Count(has => has) * x.Count * model.Config.HiddenSize : 0;
            bool hasRouters = model.Decoder.Maps.Any(
                m => m.Module.EndsWith("router", StringComparison.Ordinal)
                    || m.Module.EndsWith(".gate", StringComparison.Ordinal));
            Assert.Equal(expected + (hasRouters ? 0 : routers), PassWork.MapValues(model.Config), 1e-6);
        }
    }

    [Fact]
    public void Keys_and_values_take_what_the_cache_holds()
    {
        ModelConfig config = ModelConfigReader.Read(ToyModel.Of("llama").Folder);
        using KeyValueCache cache = new(config, keepLayers: true);
        int root = cache.AddNode(-1);
        cache.Extend(root, 24);
        for (int branch = 0; branch < 3; branch++)
        {
            int node = cache.AddNode(root);
            for (int t = 0; t < 100; t++) cache.Extend(node, 1, 96);
        }

        long logits = 3L * config.VocabularySize * sizeof(float);
        Assert.Equal(cache.Bytes + logits, RunMemory.Sampling(config, promptTokens: 24, branches: 3, tokens: 100));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2-tied-bf16")]
    public void A_value_that_learns_takes_its_gradient_its_moments_and_its_master(string name)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        using Checkpoint checkpoint = Checkpoint.Open(ToyModel.Of(name).Folder);
        ElementType type = checkpoint.Tensors.Values.First().Type;
        using var weights = new TrainedWeights(model.Decoder.Parameters);
        long held = weights.Parameters.Sum(p => Bytes(p.Gradient) + Bytes(p.FirstMoment) + Bytes(p.SecondMoment)
            + (type == ElementType.BFloat16 ? Bytes(p.Gradient) / 2 : 0));

        // Rows are padded to panels of 32, and a norm has a master of its own.
        Assert.InRange(held / (double)TrainingMemory.Optimizer(weights.Count, type, narrowMoments: false), 1, 1.2);
        long resident = model.Decoder.Parameters.Sum(p => p.Matrix?.Bytes ?? p.Columns * sizeof(float));
        Assert.InRange(resident / (double)TrainingMemory.Weights(checkpoint.Tensors.Values), 1, 1.2);

        static long Bytes(Innate.Compute.Memory.Matrix m) => (long)m.Rows * m.Columns * sizeof(float);
    }

    [Fact]
    public void What_a_layer_keeps_is_what_the_decoder_keeps()
    {
        foreach (string name in ToyModel.Names)
        {
            using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
            long told = TrainingMemory.AttentionFloats(model.Config) + TrainingMemory.InnerFloats(model.Config);
            bool isMixed = model.Config.Experts is { } experts && !experts.Layers.All(has => has);
            if (!isMixed) Assert.All(model.Decoder.Layers, layer => Assert.Equal(layer.KeptFloats, told));
        }
    }

    [Fact]
    public void Activations_are_kept_or_computed_again_and_that_is_work_and_memory()
    {
        ModelConfig config = ModelConfigReader.Read(ToyModel.Of("llama").Folder);
        var room = new ActivationRoom(TrainingMemory.LayerGradients(config), GradientPass.DefaultKeepBytes(weights: 1 << 20));
        int few = 1, many = 1;
        while (TrainingMemory.Kept(config, many, room).Count == config.LayerCount) (few, many) = (many, many * 2);
        while (TrainingMemory.Kept(config, many, room).Count > 0) many *= 2;
        PassSize kept = new([(0, few)], few), again = new([(0, many)], many);
        double ratio = PassWork.Training(config, again, room) / PassWork.Training(config, kept, room);
        Assert.True(ratio > 1.1 * many / few, $"{ratio}");
        Assert.True(
            TrainingMemory.Passes(config, again, 1, room) < many / few * TrainingMemory.Passes(config, kept, 1, room));
    }

    [Fact]
    public void The_layers_that_are_foretold_to_be_kept_are_those_that_a_pass_keeps()
    {
        foreach (string name in ToyModel.Names)
        {
            using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
            if (model.Config.Experts is { } experts && !experts.Layers.All(has => has)) continue;
            using var weights = new TrainedWeights(model.Decoder.Parameters);
            using var pass = new GradientPass(model.Decoder, weights.Gradients) { KeepBytes = 1 << 16 };
            var room = new ActivationRoom(TrainingMemory.LayerGradients(model.Config), pass.KeepBytes);
            foreach (int tokens in (int[])[4, 64, 400])
            {
                int[] ids = [.. Enumerable.Range(0, tokens).Select(i => 3 + (i % 200))];
                pass.Forward(TokenTree.Of(ids), [tokens - 2], [5]);

                // Rows of the gradients are padded to panels of 32: a little more fits than their values say.
                KeptLayers told = TrainingMemory.Kept(model.Config, tokens, room);
                Assert.InRange(pass.LastKept.Count - told.Count, 0, 1);
            }
        }
    }

    [Fact]
    public void A_pace_is_the_line_through_two_points_and_never_goes_below_zero()
    {
        Pace pace = Pace.Through((10, 3), (30, 7));
        Assert.Equal((1, 0.2), (pace.Fixed, pace.PerUnit));
        Assert.Equal(5, pace.Of(20));
        Assert.Equal(new Pace(0, 0.3), Pace.Through((10, 1), (30, 9)));
        Assert.Equal(new Pace(9, 0), Pace.Through((10, 9), (30, 8)));
        Assert.Equal(new Pace(0, 0.5), Pace.Through((10, 5), (10, 5)));
    }
}
