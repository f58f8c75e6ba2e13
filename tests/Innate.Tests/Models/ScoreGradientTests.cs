using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Learning;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>
/// What a score head says moves, when one tensor of head or stack moves a little, as its gradient foretells; and what it says is
/// the inference path's, to the bit.
/// </summary>
public sealed class ScoreGradientTests
{
    [Theory]
    [InlineData("llama", false)]
    [InlineData("gemma2", false)]
    [InlineData("granite", false)]
    [InlineData("qwen3", true)]
    [InlineData("mixtral", true)]
    public void A_loss_of_scores_moves_as_its_gradient_says(string name, bool steps)
    {
        using CausalLanguageModel model = Judge(name, steps);
        if (model.HeadBias is { } bias) (bias[0], bias[1]) = (0.3f, -0.2f);
        TokenBatch batch = Batch();
        using var store = new GradientBuffers(model);
        using var pass = new GradientPass(model, store.Gradients);
        double[] weights = [.. Enumerable.Range(0, batch.Rows.Length * model.Config.LabelCount).Select(i => Math.Cos(2 + i))];
        Matrix scores = pass.Scores(batch.Tree, batch.Rows);
        double[] before = Flat(scores);

        // Loss = sum w y^2 / 2: the slope depends on the scores, too.
        for (int i = 0; i < before.Length; i++) scores.Row(i / scores.Columns)[i % scores.Columns] = (float)(weights[i] * before[i]);
        pass.BackwardScores(scores);
        Dictionary<string, float[]> gradients = store.ByTensor();
        Assert.Equal(steps, gradients.ContainsKey(FreshHead.Bias));
        double Loss()
        {
            double[] y = Flat(pass.Scores(batch.Tree, batch.Rows));
            return y.Zip(weights, (s, w) => w * s * s / 2).Sum();
        }

        var random = new Random(31);
        foreach (ModelParameter p in model.Parameters)
        {
            float[] g = gradients[p.TensorName][(p.FirstRow * p.Columns)..((p.FirstRow + p.Rows) * p.Columns)];
            float[] held = RandomNumbers.Get(p);
            double length = Math.Sqrt(g.Sum(v => (double)v * v)), even = 1 / Math.Sqrt(g.Length);
            if (length == 0 && p.TensorName.Contains("experts", StringComparison.Ordinal)) continue; // no token chose it
            Assert.True(length > 0, $"{name}: {p.TensorName} has no gradient");
            double[] direction = [.. g.Select(v => (v / length) + (random.Next(2) == 0 ? even : -even))];
            double foretold = g.Zip(direction, (a, b) => a * b).Sum(), step = Math.Min(0.05, 0.04 / length);
            double found = ((4 * Slope(step / 2)) - Slope(step)) / 3;
            RandomNumbers.Set(p, held);
            Assert.True(
                Math.Abs(found - foretold) <= 5e-3 * length,
                $"{name}: {p.TensorName}[{p.FirstRow}]: expected a slope of {foretold}, found {found}");

            double Slope(double h) => (Moved(h) - Moved(-h)) / (2 * h);
            double Moved(double h)
            {
                RandomNumbers.Set(p, [.. held.Zip(direction, (v, d) => (float)(v + (h * d)))]);
                return Loss();
            }
        }
    }

    [Fact]
    public void The_scores_are_those_of_the_inference_path()
    {
        using CausalLanguageModel model = Judge("llama", steps: true);
        TokenBatch batch = Batch();
        using var pass = new GradientPass(model, new Innate.Layers.Gradients());
        double[] found = Flat(pass.Scores(batch.Tree, batch.Rows));
        using var cache = new KeyValueCache(model.Config, keepLayers: false);
        Assert.Equal(Flat(model.Logits(model.Forward(batch.Tree, cache), batch.Rows)), found);
    }

    [Fact]
    public void A_fresh_head_is_transformers_own_beginning_and_its_seed_decides_it()
    {
        float[] values = new FreshHead(3).Values(20_000);
        Assert.Equal(values, new FreshHead(3).Values(20_000));
        Assert.NotEqual(values, new FreshHead(4).Values(20_000));
        Assert.InRange(values.Average(v => (double)v), -6e-4, 6e-4); // four standard errors
        Assert.InRange(Math.Sqrt(values.Average(v => (double)v * v)), 0.0196, 0.0204);
    }

    private static CausalLanguageModel Judge(string name, bool steps)
    {
        CausalLanguageModel model = ModelLoader.Load(
            ToyModel.Of(name).Folder, CpuKernels.Create(1), null, null, new WeightForms { Widened = true },
            new FreshHead(7) { JudgesSteps = steps });
        RandomNumbers.Fill([.. model.Parameters.Where(p => p.TensorName == FreshHead.Weight)], 0.4f);
        return model;
    }

    private static TokenBatch Batch()
    {
        var random = new Random(12);
        var batch = new TokenBatch(null);
        batch.AddScored(
            0, GradientRuns.Draw(random, 11), [GradientRuns.Draw(random, 9), GradientRuns.Draw(random, 4)], [[8], [3]]);
        batch.AddScored(1, GradientRuns.Draw(random, 3), [GradientRuns.Draw(random, 12)], [[2, 5, 11]]);
        return batch;
    }

    private static double[] Flat(Matrix m) =>
        [.. Enumerable.Range(0, m.Rows).SelectMany(r => m.Row(r).ToArray().Select(v => (double)v))];
}
