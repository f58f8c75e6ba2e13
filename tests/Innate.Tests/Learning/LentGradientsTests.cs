using Innate.Compute;
using Innate.Learning.Optimization;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Learning;

/// <summary>
/// Activations lie where gradients are not written yet: what is learned is the same, whatever is read in between.
/// </summary>
public class LentGradientsTests
{
    public static TheoryData<string> Families => [.. ToyModel.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_learns_the_same_whether_activations_lie_in_the_gradients_memory(string family)
    {
        (float[] without, int none) = Learn(family, lends: false);
        (float[] with, int some) = Learn(family, lends: true);
        Assert.Equal(0, none);
        Assert.True(some > 0, "nothing was kept");
        Assert.Equal(without, with);
    }

    [Fact]
    public void A_pass_that_is_only_read_leaves_no_gradient_behind()
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of("llama").Folder, new() { Threads = 2 });
        using var weights = new TrainedWeights(model.Decoder.Parameters);
        using var pass = new GradientPass(model.Decoder, weights.Gradients);
        Read(pass, 1);
        Assert.True(pass.LastKept.InGradients > 0);
        Assert.Equal(0, weights.GradientNorm(model.Decoder.Kernels));
    }

    [Fact]
    public void Another_pass_between_forward_and_backward_takes_the_memory_and_no_number_changes()
    {
        float[] alone = Gradients(between: 0), forward = Gradients(between: 1), both = Gradients(between: 2);
        Assert.Equal(alone, forward);
        Assert.NotEqual(alone, both);
        Assert.Equal(Gradients(between: 2, lends: false), both);

        static float[] Gradients(int between, bool lends = true)
        {
            using LanguageModel model = LanguageModel.Load(ToyModel.Of("llama").Folder, new() { Threads = 2 });
            using var weights = new TrainedWeights(model.Decoder.Parameters);
            using var one = new GradientPass(model.Decoder, weights.Gradients) { KeepBytes = 0, UseGradients = lends };
            using var other = new GradientPass(model.Decoder, weights.Gradients) { KeepBytes = 0, UseGradients = lends };
            int count = Read(one, 1);
            if (between > 0) Read(other, 2);
            if (between > 1) other.Backward(new HeadGradient([.. Enumerable.Repeat(-1.0, count)]));
            one.Backward(new HeadGradient([.. Enumerable.Repeat(-1.0, count)]));
            return [.. weights.Parameters.SelectMany(p => p.Gradient.Row(0).ToArray())];
        }
    }

    private static (float[] Values, int Kept) Learn(string family, bool lends)
    {
        using LanguageModel model = LanguageModel.Load(ToyModel.Of(family).Folder, new() { Threads = 2 });
        using var weights = new TrainedWeights(model.Decoder.Parameters);
        using var pass = new GradientPass(model.Decoder, weights.Gradients) { KeepBytes = 0, UseGradients = lends };
        int kept = 0;
        for (int step = 1; step <= 3; step++)
        {
            // Two pieces of a batch; held-out rows are read before the first and after the last.
            Read(pass, 10 + step);
            for (int piece = 0; piece < 2; piece++)
            {
                int count = Read(pass, (2 * step) + piece);
                if (piece == 0) kept += pass.LastKept.InGradients;
                else Assert.Equal(0, pass.LastKept.InGradients);
                pass.Backward(GradientRuns.Slopes(count));
            }

            Read(pass, 20 + step);
            AdamW.Step(model.Decoder.Kernels, weights, new AdamWOptions(), step, 1e-3,
                weights.GradientNorm(model.Decoder.Kernels));
        }

        return ([.. weights.Parameters.SelectMany(Values)], kept);

        // Of a bfloat16 matrix the master lies in two places; what is published of it is compared.
        IEnumerable<float> Values(TrainedParameter p)
        {
            ModelParameter parameter = model.Decoder.Parameters.Single(m => m.Name == p.Name);
            if (parameter.Vector is { } vector) return vector;
            var values = new float[parameter.Rows * parameter.Columns];
            for (int r = 0; r < parameter.Rows; r++)
            {
                parameter.Matrix!.CopyRow(r, values.AsSpan(r * parameter.Columns, parameter.Columns));
            }

            return values;
        }
    }

    private static int Read(GradientPass pass, int seed)
    {
        int[] ids = GradientRuns.Draw(new Random(seed), 9);
        int[] rows = [.. Enumerable.Range(0, ids.Length - 1)];
        pass.Forward(TokenTree.Of(ids), rows, ids[1..]);
        return rows.Length;
    }
}
