using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Objectives;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Objectives;

public sealed class ObjectiveTests
{
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Places.Fixtures, "objectives.json"))).RootElement;

    private static readonly int[] Lengths = [.. Reference.GetProperty("lengths").EnumerateArray().Select(x => x.GetInt32())];

    [Fact]
    public void Supervised_loss_and_gradient_are_the_references()
    {
        double[][] logProbs = Rows(Reference.GetProperty("logprob_new"));
        JsonElement expected = Reference.GetProperty("objectives").GetProperty("sft");
        ObjectiveResult all = SupervisedObjective.Compute([.. logProbs.SelectMany(r => r)], Lengths.Sum());
        Assert.Equal(expected.GetProperty("loss").GetDouble(), all.Loss, 1e-9);
        AssertClose(Rows(expected.GetProperty("d_loss_d_logprob")).SelectMany(r => r), all.LogProbGradient);
    }

    [Fact]
    public void Dpo_loss_and_gradient_are_the_references()
    {
        double[][] policy = Rows(Reference.GetProperty("logprob_new")), reference = Rows(Reference.GetProperty("logprob_ref"));
        JsonElement expected = Reference.GetProperty("objectives").GetProperty("dpo");
        double[][] gradient = Rows(expected.GetProperty("d_loss_d_logprob"));
        JsonElement[] pairs = [.. Reference.GetProperty("pairs").EnumerateArray()];
        double loss = 0;
        foreach (JsonElement pair in pairs)
        {
            int won = pair[0].GetInt32(), lost = pair[1].GetInt32();
            PairResult result = DpoObjective.Compute(
                policy[won], policy[lost], reference[won].Sum(), reference[lost].Sum(), pairs.Length,
                new DpoOptions { Beta = 0.1 });
            loss += result.Loss;
            AssertClose(gradient[won], result.ChosenGradient);
            AssertClose(gradient[lost], result.RejectedGradient);
            Assert.Equal(0.1 * (policy[won].Sum() - reference[won].Sum()), result.ChosenReward, 1e-12);
            Assert.Equal(result.ChosenReward > result.RejectedReward, result.IsCorrect);
        }

        Assert.Equal(expected.GetProperty("loss").GetDouble(), loss, 1e-9);
    }

    [Fact]
    public void SimPo_by_hand()
    {
        // Means -0.5 and -1; rewards -1 and -2; h = 1 - 1 = 0: the loss is ln 2, the slope half of beta a token.
        PairResult result = SimPoObjective.Compute(
            [-0.25, -0.75], [-1, -1, -1, -1], batchPairs: 1, new SimPoOptions { Beta = 2, Gamma = 1 });
        Assert.Equal(Math.Log(2), result.Loss, 1e-15);
        AssertClose([-0.5, -0.5], result.ChosenGradient);
        AssertClose([0.25, 0.25, 0.25, 0.25], result.RejectedGradient);
        Assert.Equal((1, true), (result.Margin, result.IsCorrect));
    }

    [Fact]
    public void Every_gradient_is_the_losss_slope()
    {
        var pairs =
            from chosen in LogProbs
            from rejected in LogProbs
            from referenceChosen in Gen.Choose(-300, 0)
            from referenceRejected in Gen.Choose(-300, 0)
            from smoothing in Gen.Choose(0, 49)
            from beta in Gen.Choose(1, 40)
            select (chosen, rejected, ReferenceChosen: referenceChosen / 10.0, ReferenceRejected: referenceRejected / 10.0,
                Smoothing: smoothing / 100.0, Beta: beta / 20.0);
        Check.QuickThrowOnFailure(Prop.ForAll(pairs.ToArbitrary(), p =>
        {
            DpoOptions dpo = new() { Beta = p.Beta, LabelSmoothing = p.Smoothing };
            SimPoOptions simPo = new() { Beta = p.Beta, Gamma = p.Smoothing };
            AssertSlope(p.chosen, p.rejected, (c, r) =>
                DpoObjective.Compute(c, r, p.ReferenceChosen, p.ReferenceRejected, 3, dpo));
            AssertSlope(p.chosen, p.rejected, (c, r) => SimPoObjective.Compute(c, r, 3, simPo));
            AssertSlope(p.chosen, p.rejected, (c, r) =>
            {
                ObjectiveResult a = SupervisedObjective.Compute(c, 70), b = SupervisedObjective.Compute(r, 70);
                return new PairResult(a.Loss + b.Loss, a.LogProbGradient, b.LogProbGradient, 0, 0);
            });
        }));
    }

    [Fact]
    public void Micro_batches_add_up_whatever_their_lengths()
    {
        double[] all = [-1, -2, -3, -4, -10];
        ObjectiveResult whole = SupervisedObjective.Compute(all, 5);
        ObjectiveResult[] parts = [SupervisedObjective.Compute(all.AsSpan(0, 1), 5),
            SupervisedObjective.Compute(all.AsSpan(1), 5)];
        Assert.Equal(4, whole.Loss, 1e-15);
        Assert.Equal(whole.Loss, parts.Sum(p => p.Loss), 1e-15);
        Assert.Equal(whole.LogProbGradient, parts.SelectMany(p => p.LogProbGradient));

        // The tempting mean of means is another number.
        Assert.NotEqual(whole.Loss,
            (SupervisedObjective.Compute(all.AsSpan(0, 1), 1).Loss + SupervisedObjective.Compute(all.AsSpan(1), 4).Loss) / 2);
        Assert.Equal(0, SupervisedObjective.Compute([], 5).Loss);
    }

    [Theory]
    [InlineData(-1e6, -1e-6)]
    [InlineData(-1e-6, -1e6)]
    [InlineData(-1e300, -1e300)]
    [InlineData(0, 0)]
    [InlineData(0, -1e300)]
    public void Extreme_log_probs_stay_finite(double chosen, double rejected)
    {
        PairResult[] results =
        [
            DpoObjective.Compute([chosen], [rejected], -1, -2, 1, new DpoOptions { Beta = 5, LabelSmoothing = 0.1 }),
            DpoObjective.Compute([chosen], [rejected], rejected, chosen, 1),
            SimPoObjective.Compute([chosen], [rejected], 1),
        ];
        foreach (PairResult result in results)
        {
            Assert.True(double.IsFinite(result.Loss) && result.Loss >= 0);
            Assert.All([.. result.ChosenGradient, .. result.RejectedGradient], g => Assert.True(double.IsFinite(g)));
        }
    }

    [Fact]
    public void A_pair_long_learned_still_has_its_tiny_loss()
    {
        // h = 50: the loss is e^-50, not 0; the other way round it is 50.
        Assert.Equal(Math.Exp(-50), DpoObjective.Compute([-1], [-501], -1, -1, 1).Loss, 1e-30);
        Assert.Equal(50, DpoObjective.Compute([-501], [-1], -1, -1, 1).Loss, 1e-12);
        Assert.Equal(0.1, -DpoObjective.Compute([-501], [-1], -1, -1, 1).ChosenGradient[0], 1e-12);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SupervisedObjective.Compute([-1, -1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SupervisedObjective.Compute([], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DpoObjective.Compute([-1], [-1], 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => DpoObjective.Compute([-1], [-1], 0, 0, 1, new DpoOptions { LabelSmoothing = 0.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => DpoObjective.Compute([-1], [-1], 0, 0, 1, new DpoOptions { Beta = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimPoObjective.Compute([], [-1], 1));
    }

    private static Gen<double[]> LogProbs =>
        from length in Gen.Choose(1, 6)
        from values in Gen.ArrayOf(Gen.Choose(-5000, 0), length)
        select values.Select(v => v / 1000.0).ToArray();

    private static void AssertSlope(double[] chosen, double[] rejected, Func<double[], double[], PairResult> objective)
    {
        const double Step = 1e-5;
        PairResult at = objective(chosen, rejected);
        for (int side = 0; side < 2; side++)
        {
            double[] varied = side == 0 ? chosen : rejected, gradient = side == 0 ? at.ChosenGradient : at.RejectedGradient;
            for (int i = 0; i < varied.Length; i++)
            {
                double slope = (Loss(Step) - Loss(-Step)) / (2 * Step);
                Assert.Equal(slope, gradient[i], 1e-8);

                double Loss(double step)
                {
                    double[] moved = [.. varied];
                    moved[i] += step;
                    return side == 0 ? objective(moved, rejected).Loss : objective(chosen, moved).Loss;
                }
            }
        }
    }

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        foreach ((double e, double a) in expected.Zip(actual)) Assert.Equal(e, a, 1e-9);
    }

    // Rows are padded to the longest.
    private static double[][] Rows(JsonElement padded) =>
        [.. padded.EnumerateArray().Select((row, i) =>
            row.EnumerateArray().Take(Lengths[i]).Select(x => x.GetDouble()).ToArray())];
}
