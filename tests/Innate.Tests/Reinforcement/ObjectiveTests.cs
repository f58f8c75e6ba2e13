using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Objectives;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>Every policy objective: the reference's numbers, its own slope, and the same sums however the batch is cut.</summary>
public sealed class ObjectiveTests
{
    /// <summary>An objective of one response: new, old and reference log-probs, advantages, totals.</summary>
    private delegate PolicyResult Objective(
        double[] logProbs, double[] old, double[] reference, double[] advantages, BatchTotals batch);

    private static readonly Dictionary<string, Objective> Objectives = new()
    {
        ["reinforce"] = (l, _, _, a, n) => ReinforceObjective.Compute(l, a, n),
        ["reinforce sum"] = (l, _, _, a, n) => ReinforceObjective.Compute(l, a, n, Aggregation.SequenceSum),
        ["ppo"] = (l, o, _, a, n) => PpoObjective.Compute(l, o, a, n),
        ["ppo budget"] = (l, o, _, a, n) => PpoObjective.Compute(l, o, a, n, new() { Aggregation = Aggregation.TokenBudget(9) }),
        ["grpo k1"] = (l, o, r, a, n) => GrpoObjective.Compute(l, o, r, a, n, new() { KlCoefficient = 0.3, Kl = KlKind.K1 }),
        ["grpo k2"] = (l, o, r, a, n) => GrpoObjective.Compute(l, o, r, a, n, new() { KlCoefficient = 0.3, Kl = KlKind.K2 }),
        ["grpo k3"] = (l, o, r, a, n) => GrpoObjective.Compute(l, o, r, a, n, new() { KlCoefficient = 0.04 }),
        ["dr grpo"] = (l, o, _, a, n) => DrGrpoObjective.Compute(l, o, a, n, new() { TokenBudget = 7 }),
        ["dapo"] = (l, o, _, a, n) => DapoObjective.Compute(l, o, a, n),
        ["gspo"] = (l, o, _, a, n) => GspoObjective.Compute(l, o, a[0], n, new() { ClipLow = 0.1, ClipHigh = 0.15 }),
        ["gspo token"] = (l, o, _, a, n) => GspoTokenObjective.Compute(l, o, a, n, new() { ClipLow = 0.1, ClipHigh = 0.15 }),

        // The drift is not differentiated: CpgdTests looks at it.
        ["cpgd"] = (l, o, _, a, n) => CpgdObjective.Compute(l, o, a, n, new() { DriftWeight = 0, ClipStart = 0.5 }),
        ["critique"] = (l, o, _, a, n) => CritiqueObjective.Compute(l, o, a, false, n, new() { TokenBudget = 7 }),
        ["critique refined"] = (l, _, _, a, n) => CritiqueObjective.Compute(l, [], a, true, n, new() { TokenBudget = 7 }),
        ["guide"] = (l, o, _, a, n) => GuideObjective.Compute(l, o, a, true, n),
        ["prorl"] = (l, o, r, a, n) => ProRlObjective.Compute(l, o, r, a, [], n, new() { KlCoefficient = 0.3 }),
    };

    public static TheoryData<string> Names => [.. Objectives.Keys];

    [Theory]
    [InlineData("ppo_clip_token_mean", "ppo", "gae")]
    [InlineData("grpo_k3", "grpo k3", "grpo")]
    [InlineData("dr_grpo", "dr grpo", "dr_grpo")]
    [InlineData("dapo", "dapo", "grpo")]
    [InlineData("reinforce", "reinforce", "reinforce_plus_plus")]
    [InlineData("gspo", null, "grpo")]
    public void Loss_and_gradient_are_the_references(string reference, string? name, string advantage)
    {
        Objective objective = name is null ? (l, o, _, a, n) => GspoObjective.Compute(l, o, a[0], n) : Objectives[name];
        double[][] advantages = advantage is "gae" or "reinforce_plus_plus"
            ? PerToken("advantages", advantage)
            : Tiled(PerResponse("advantages", advantage));
        PolicyResult[] parts = [.. Enumerable.Range(0, Lengths.Length).Select(i =>
            objective(LogProbs[i], OldLogProbs[i], ReferenceLogProbs[i], advantages[i], Batch))];
        Assert.Equal(Number("objectives", reference, "loss"), parts.Sum(p => p.Loss), 1e-9);
        AssertClose(PerToken("objectives", reference, "d_loss_d_logprob"), [.. parts.Select(p => p.LogProbGradient)]);
        PolicyStatistics watch = parts.Select(p => p.Statistics).Aggregate((a, b) => a + b);
        Assert.Equal(Batch.Tokens, watch.Tokens);
        if (reference == "gspo") Assert.Equal(1, watch.ClipFraction);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_the_losss_slope(string name)
    {
        Objective objective = Objectives[name];
        Check.QuickThrowOnFailure(Prop.ForAll(Responses.ToArbitrary(), r =>
        {
            BatchTotals batch = new(40, 5);
            PolicyResult at = Of(r.LogProbs);
            for (int t = 0; t < r.LogProbs.Length; t++)
            {
                const double Step = 1e-6;
                double[] up = [.. r.LogProbs], down = [.. r.LogProbs];
                up[t] += Step;
                down[t] -= Step;
                double right = (Of(up).Loss - at.Loss) / Step, left = (at.Loss - Of(down).Loss) / Step;

                // At a kink the two sides disagree; there is no slope to compare with.
                if (Math.Abs(right - left) < 1e-5) Assert.Equal((left + right) / 2, at.LogProbGradient[t], 1e-7);
            }

            PolicyResult Of(double[] logProbs) => objective(logProbs, r.Old, r.Reference, r.Advantages, batch);
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Responses_add_up_and_a_mean_of_means_is_another_number(string name)
    {
        // Lengths 5, 3, 7, 1, 4, 4, 2, 6: the whole batch against micro-batches, each with its own totals.
        double[][] advantages = Tiled(PerResponse("rewards"));
        double whole = Loss(0, 8, Batch);
        Assert.Equal(whole, Loss(0, 1, Batch) + Loss(1, 6, Batch) + Loss(6, 8, Batch), 1e-14);
        double ofMeans = (Mean(0, 1) + Mean(1, 6) + Mean(6, 8)) / 3;
        Assert.True(Math.Abs(whole - ofMeans) > 1e-4, $"{whole} and {ofMeans}");

        double Mean(int from, int to) => Loss(from, to, BatchTotals.Of(Lengths[from..to]));

        double Loss(int from, int to, BatchTotals batch) => Enumerable.Range(from, to - from).Sum(i =>
            Objectives[name](LogProbs[i], OldLogProbs[i], ReferenceLogProbs[i], advantages[i], batch).Loss);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Extreme_log_ratios_stay_finite(string name)
    {
        double[] extremes = [-1e6, -700, -20.5, -1e-300, 0];
        foreach (double logProb in extremes)
        {
            foreach (double other in extremes)
            {
                foreach (double advantage in new[] { -3.0, 0, 3 })
                {
                    PolicyResult result = Objectives[name]([logProb], [other], [other], [advantage], new(1, 1));
                    Assert.True(double.IsFinite(result.Loss) && double.IsFinite(result.LogProbGradient[0]));
                    Assert.True(double.IsFinite(result.Statistics.ApproximateKl)
                        && double.IsFinite(result.Statistics.ReferenceKl));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Where_nothing_moved_the_gradient_is_the_policy_gradient(string name)
    {
        // rho = 1 and no divergence: every objective's gradient is -w A, but for the one that has no ratio.
        if (name == "critique refined") return;
        double[] logProbs = [-1, -2, -0.5];
        PolicyResult result = Objectives[name](logProbs, logProbs, logProbs, [2, 2, 2], new(10, 4));
        double weight = name switch
        {
            "reinforce" or "ppo" or "dapo" or "cpgd" or "prorl" => 1 / 10.0,
            "reinforce sum" => 1 / 4.0,
            "ppo budget" => 1 / 36.0,
            "dr grpo" or "critique" => 1 / 28.0,
            _ => 1 / 12.0,
        };
        double divergence = name == "grpo k1" ? 0.3 : 0;
        AssertClose([.. logProbs.Select(_ => weight * (-2 + divergence))], result.LogProbGradient, 1e-15);
        Assert.Equal((3, 0, 0), (result.Statistics.Tokens, result.Statistics.Clipped, result.Statistics.ApproximateKl));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_response_gives_nothing(string name)
    {
        if (name == "gspo") return;
        PolicyResult result = Objectives[name]([], [], [], [], new(10, 4));
        Assert.Equal(0, result.Loss);
        Assert.Empty(result.LogProbGradient);
    }

    [Theory]
    [InlineData("ppo", 0.8, 1.2)]
    [InlineData("grpo k3", 0.8, 1.2)]
    [InlineData("dr grpo", 0.8, 1.2)]
    [InlineData("dapo", 0.8, 1.28)]
    [InlineData("guide", 0.8, 1.2)]
    [InlineData("prorl", 0.8, 1.27)]
    [InlineData("gspo", 0.9, 1.15)]
    [InlineData("gspo token", 0.9, 1.15)]
    [InlineData("cpgd", 0.85, 1.15)]
    public void The_clip_takes_only_what_went_far_enough_already(string name, double low, double high)
    {
        Assert.Equal(0, Clipped(high - 1e-3, 1));
        Assert.Equal(1, Clipped(high + 1e-3, 1));
        Assert.Equal(0, Clipped(low - 1e-3, 1));
        Assert.Equal(0, Clipped(low + 1e-3, -1));
        Assert.Equal(1, Clipped(low - 1e-3, -1));
        Assert.Equal(0, Clipped(high + 1e-3, -1));

        // CPGD's clip widens from half at the first of two tokens; here the first is three quarters of it.
        long Clipped(double ratio, double advantage)
        {
            // GSPO's ratio is a sequence's: of one token.
            int length = name.StartsWith("gspo", StringComparison.Ordinal) ? 1 : 2;
            double[] old = [.. Enumerable.Repeat(-1.0, length)], logProbs = [Math.Log(ratio) - 1, .. old[1..]];
            double[] advantages = [advantage, .. new double[length - 1]];
            return Objectives[name](logProbs, old, old, advantages, new(2, 1)).Statistics.Clipped;
        }
    }

    [Fact]
    public void The_dual_clip_bounds_what_a_bad_token_weighs()
    {
        // rho = 5, A = -2: plain loss 10, with c = 3 it is 6 and the gradient is gone.
        double[] logProbs = [Math.Log(5) - 3], old = [-3];
        PolicyResult dual = PpoObjective.Compute(logProbs, old, [-2], new(1, 1));
        Assert.Equal((6, 0, 1), (dual.Loss, dual.LogProbGradient[0], dual.Statistics.Clipped));
        PolicyResult plain = PpoObjective.Compute(logProbs, old, [-2], new(1, 1), new() { DualClip = null });
        Assert.Equal(10, plain.Loss, 1e-12);
        Assert.Equal(10, plain.LogProbGradient[0], 1e-12);
        PolicyResult good = PpoObjective.Compute(logProbs, old, [2], new(1, 1));
        Assert.Equal(-2.4, good.Loss, 1e-12);
    }

    [Fact]
    public void Beyond_a_log_ratio_of_twenty_the_loss_is_flat()
    {
        PolicyResult at = DapoObjective.Compute([-1], [-22], [-1], new(1, 1));
        Assert.Equal(Math.Exp(20), at.Loss, 1);
        Assert.Equal(0, at.LogProbGradient[0]);
        Assert.Equal(Math.Exp(19), DapoObjective.Compute([-1], [-20], [-1], new(1, 1)).LogProbGradient[0], 1);
    }

    [Fact]
    public void Approximate_divergences_by_hand()
    {
        // Ratios 1.1 and 0.5: k3 of each, the mean; to the reference k1 of 0.25 and -0.75.
        double[] old = [-1, -2], logProbs = [Math.Log(1.1) - 1, Math.Log(0.5) - 2];
        PolicyResult result = GrpoObjective.Compute(
            logProbs, old, [logProbs[0] - 0.25, logProbs[1] + 0.75], [1, -1], new(2, 1), new() { Kl = KlKind.K1 });
        Assert.Equal((0.1 - Math.Log(1.1) - 0.5 - Math.Log(0.5)) / 2, result.Statistics.ApproximateKl, 1e-12);
        Assert.Equal(-0.25, result.Statistics.ReferenceKl, 1e-12);
        Assert.Equal(0.5, result.Statistics.ClipFraction);
        Assert.Equal(0, default(PolicyStatistics).ClipFraction);
    }

    [Fact]
    public void Grpo_without_divergence_needs_no_reference()
    {
        GrpoOptions free = new() { KlCoefficient = 0 };
        PolicyResult without = GrpoObjective.Compute([-1], [-1.1], [], [1], new(1, 1), free);
        PolicyResult with = GrpoObjective.Compute([-1], [-1.1], [-3], [1], new(1, 1), free);
        Assert.Equal(without.Loss, with.Loss);
        Assert.True(with.Statistics.ReferenceKl > 1);
        Assert.Throws<ArgumentException>(() => GrpoObjective.Compute([-1], [-1.1], [], [1], new(1, 1)));
    }

    [Fact]
    public void Dapo_keeps_prompts_that_are_neither_solved_nor_hopeless()
    {
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4).Select(n => DapoObjective.IsInformative(n, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DapoObjective.IsInformative(4, 3));
    }

    [Fact]
    public void Values_are_pulled_to_the_return_but_no_further_than_the_clip()
    {
        // Return 2 from the old value 0 with e = 0.5: at 1 half of (0.5 - 2)^2, no gradient; at 0.25 the plain one.
        ValueResult result = ValueObjective.Compute([1, 0.25, 3], [0, 0, 0], [2, 2, 0], new(6, 2));
        Assert.Equal(((1.5 * 1.5) + (1.75 * 1.75) + 9) / 12, result.Loss, 1e-12);
        AssertClose([0, -1.75 / 6, 3 / 6.0], result.ValueGradient);
        Assert.Equal(1, result.Clipped);
        ValueResult free = ValueObjective.Compute([1, 0.25, 3], [0, 0, 0], [2, 2, 0], new(6, 2), double.PositiveInfinity);
        AssertClose([-1 / 6.0, -1.75 / 6, 0.5], free.ValueGradient);
    }

    [Fact]
    public void An_entropy_bonus_is_linear()
    {
        EntropyResult result = EntropyBonus.Compute([1, 0.5], 0.01, new(10, 4));
        Assert.Equal(-0.0015, result.Loss, 1e-15);
        AssertClose([-0.001, -0.001], result.EntropyGradient, 1e-15);
    }

    [Fact]
    public void Every_denominator_is_the_one_it_says()
    {
        BatchTotals batch = BatchTotals.Of([2, 3, 5]);
        Assert.Equal(new BatchTotals(10, 3), batch);
        Assert.Equal(1 / 10.0, Aggregation.TokenMean.Weight(batch, 2), 1e-15);
        Assert.Equal(1 / 6.0, Aggregation.SequenceMean.Weight(batch, 2), 1e-15);
        Assert.Equal(1 / 3.0, Aggregation.SequenceSum.Weight(batch, 2), 1e-15);
        Assert.Equal(1 / 60.0, Aggregation.TokenBudget(20).Weight(batch, 2), 1e-15);
        Assert.Equal(Aggregation.TokenMean, default);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReinforceObjective.Compute([-1, -1], [1, 1], new(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReinforceObjective.Compute([-1], [1], new(1, 0)));
        Assert.Throws<ArgumentException>(() => ReinforceObjective.Compute([-1], [1, 2], new(2, 1)));
        Assert.Throws<ArgumentException>(() => PpoObjective.Compute([-1], [-1, -1], [1], new(2, 1)));
        double[] one = [-1];
        BatchTotals batch = new(2, 1);
        Action[] refused =
        [
            () => PpoObjective.Compute(one, one, one, batch, new() { ClipLow = 1.2 }),
            () => PpoObjective.Compute(one, one, one, batch, new() { DualClip = 1 }),
            () => DapoObjective.Compute(one, one, one, batch, new() { ClipHigh = -1 }),
            () => DrGrpoObjective.Compute(one, one, one, batch, new() { TokenBudget = 0 }),
            () => GspoObjective.Compute(one, one, 1, batch, new() { ClipLow = double.NaN }),
            () => GspoTokenObjective.Compute(one, one, one, batch, new() { ClipHigh = -0.1 }),
            () => CritiqueObjective.Compute(one, one, one, false, batch, new() { TokenBudget = 3, Gamma = 0 }),
            () => CritiqueObjective.Compute(one, one, one, false, batch, new() { TokenBudget = 0 }),
            () => GuideObjective.Compute(one, one, one, true, batch, new() { MinHintedRatio = -1 }),
            () => GuideObjective.Compute(one, one, one, true, batch, new() { ClipLow = 1.1 }),
            () => ProRlObjective.Compute(one, one, one, one, [-1], batch),
            () => ProRlObjective.Compute(one, one, one, one, [], batch, new() { KlCoefficient = -1 }),
            () => KlEstimator.BoundedK2(1, inputBound: -1),
            () => CpgdObjective.Compute(one, one, one, batch, new() { Clip = 1 }),
            () => CpgdObjective.Compute(one, one, one, batch, new() { DriftCap = 0 }),
            () => CpgdObjective.Compute(one, one, one, batch, new() { DriftWeight = -0.1 }),
            () => CpgdObjective.Compute(one, one, one, batch, new() { ClipStart = 1.1 }),
        ];
        Assert.All(refused, act => Assert.Throws<ArgumentOutOfRangeException>(act));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValueObjective.Compute([1], [1], [1], new(2, 1), clip: 0));
    }

    private sealed record Response(double[] LogProbs, double[] Old, double[] Reference, double[] Advantages);

    private static Gen<Response> Responses =>
        from length in Gen.Choose(1, 6)
        from logProbs in Gen.ArrayOf(Gen.Choose(-4000, 0), length)
        from old in Gen.ArrayOf(Gen.Choose(-700, 700), length)
        from reference in Gen.ArrayOf(Gen.Choose(-1500, 1500), length)
        from advantage in Gen.Choose(-300, 300)
        select new Response(
            [.. logProbs.Select(x => x / 1000.0)],
            [.. logProbs.Zip(old, (l, o) => (l + o) / 1000.0)],
            [.. logProbs.Zip(reference, (l, r) => (l + r) / 1000.0)],
            [.. logProbs.Select(_ => advantage / 100.0)]);
}
