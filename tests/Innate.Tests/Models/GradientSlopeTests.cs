using Innate.Checkpoints;
using Innate.Compute;
using Innate.Learning;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>
/// What the whole model's loss does when one tensor moves a little is what its gradient foretells: along the gradient and a
/// random direction of the same length together, so that nothing of it is missing either.
/// </summary>
public sealed class GradientSlopeTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    [InlineData("smollm3")]
    [InlineData("granite")]
    public void A_loss_of_log_probs_and_entropies_moves_as_its_gradient_says(string name)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(name).Folder, new() { Threads = 1 });
        Check(model.Decoder, model.Decoder.Parameters, Batch(null), name);
    }

    [Theory]
    [InlineData("phi3", 0)]
    [InlineData("phi3", 0.4)]
    [InlineData("gemma2", 0.2)]
    public void An_adapters_maps_move_the_loss_as_their_gradients_say(string name, double dropout)
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel(name).Folder, new() { Threads = 1 });
        var config = new AdapterConfig { Rank = 5, Alpha = 3, Dropout = dropout, TargetModules = [AdapterConfig.AllLinear] };
        LoraAdapters adapters = LoraAdapters.Attach(model.Decoder, config, 3);
        RandomNumbers.Fill(adapters.Parameters, 0.2f);
        Check(model.Decoder, adapters.Parameters, Batch(dropout > 0 ? 4UL : null), $"{name}, dropout {dropout}");
    }

    [Fact]
    public void Weights_under_adapters_get_the_gradient_of_the_model_as_it_is_with_them()
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder, new() { Threads = 1 });
        var config = new AdapterConfig { Rank = 3, Alpha = 6, Dropout = 0.3, TargetModules = [AdapterConfig.AllLinear] };
        LoraAdapters adapters = LoraAdapters.Attach(model.Decoder, config, 3);
        RandomNumbers.Fill(adapters.Parameters, 0.2f);
        Check(model.Decoder, model.Decoder.Parameters, Batch(4), "llama with adapters");
    }

    [Fact]
    public void A_disabled_adapter_neither_learns_nor_changes_a_gradient()
    {
        string folder = new ParityModel("phi3").Folder;
        using LanguageModel plain = LanguageModel.Load(folder), adapted = LanguageModel.Load(folder);
        var config = new AdapterConfig { Rank = 3, Alpha = 6, TargetModules = [AdapterConfig.AllLinear] };
        LoraAdapters adapters = LoraAdapters.Attach(adapted.Decoder, config, 3);
        RandomNumbers.Fill(adapters.Parameters, 0.2f);
        adapters.Enabled = false;
        GradientRuns.Same(
            GradientRuns.Of(plain.Decoder, [Batch(null)]), GradientRuns.Of(adapted.Decoder, [Batch(null)]), "disabled");
        Assert.All(
            GradientRuns.Of(adapted.Decoder, [Batch(null)], adapters.Parameters).Values,
            values => Assert.All(values, v => Assert.Equal(0, v)));
    }

    internal static TokenBatch Batch(ulong? key)
    {
        var random = new Random(12);
        var batch = new TokenBatch(key);
        batch.AddGroup(0, GradientRuns.Draw(random, 11), [GradientRuns.Draw(random, 9), GradientRuns.Draw(random, 4)]);
        batch.AddSequence(1, GradientRuns.Draw(random, 14), [.. Enumerable.Repeat(true, 14)]);
        return batch;
    }

    internal static void Check(CausalLanguageModel model, IReadOnlyList<ModelParameter> parameters, TokenBatch batch, string what)
    {
        using var store = new GradientBuffers(model, parameters);
        using var pass = new GradientPass(model, store.Gradients);
        HeadGradient slopes = GradientRuns.Slopes(batch.TargetCount);
        pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys);
        pass.Backward(slopes);
        Dictionary<string, float[]> gradients = store.ByTensor();

        var random = new Random(31);
        foreach (ModelParameter p in parameters)
        {
            float[] g = gradients[p.TensorName][(p.FirstRow * p.Columns)..((p.FirstRow + p.Rows) * p.Columns)];
            float[] held = RandomNumbers.Get(p);
            double length = Math.Sqrt(g.Sum(v => (double)v * v)), even = 1 / Math.Sqrt(g.Length);
            Assert.True(length > 0, $"{what}: {p.TensorName} has no gradient");
            double[] direction = [.. g.Select(v => (v / length) + (random.Next(2) == 0 ? even : -even))];
            double foretold = g.Zip(direction, (a, b) => a * b).Sum();

            // The loss moves by some hundredths: far above its rounding, far below where it bends. Richardson's step takes the
            // cubic bend away.
            double step = Math.Min(0.05, 0.04 / length);
            double found = ((4 * Slope(step / 2)) - Slope(step)) / 3;
            RandomNumbers.Set(p, held);
            Assert.True(
                Math.Abs(found - foretold) <= 2e-3 * length,
                $"{what}: {p.TensorName}[{p.FirstRow}]: expected a slope of {foretold}, found {found}");

            double Slope(double h) => (Moved(h) - Moved(-h)) / (2 * h);
            double Moved(double h)
            {
                RandomNumbers.Set(p, [.. held.Zip(direction, (v, d) => (float)(v + (h * d)))]);
                HeadTrace trace = pass.Forward(batch.Tree, batch.Rows, batch.Targets, batch.RowKeys);
                return TokenBatch.LogProbs(trace).Zip(slopes.LogProb, (a, b) => a * b).Sum()
                    + trace.Entropy.Zip(slopes.Entropy!, (a, b) => a * b).Sum();
            }
        }
    }
}
