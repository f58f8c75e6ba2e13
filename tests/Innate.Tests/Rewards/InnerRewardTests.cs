using FsCheck;
using FsCheck.Fluent;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Tests.Rewards;

/// <summary>Rewards of one response's traces beside those of the command line.</summary>
public sealed class InnerRewardTests
{
    private static readonly TokenTrace Hand = TokenTrace.OfLogits([0, 1], [[2, 0], [0, 1]]);

    [Fact]
    public void A_trace_of_logits_is_what_a_head_would_say()
    {
        double v1 = Math.Log(Math.Exp(2) + 1), v2 = Math.Log(1 + Math.E), p1 = Math.Exp(2 - v1), p2 = Math.Exp(1 - v2);
        Assert.Equal([2, 1], Hand.Q);
        Near([v1, v2], Hand.V);
        Near([2 - v1, 1 - v2], Hand.LogProbability);
        Near([1, 0.5], Hand.MeanLogit);
        Near([-(p1 * Math.Log(p1)) - ((1 - p1) * Math.Log(1 - p1)), -(p2 * Math.Log(p2)) - ((1 - p2) * Math.Log(1 - p2))],
            Hand.Entropy);
        TokenTrace warm = TokenTrace.OfLogits([0, 1], [[2, 0], [0, 1]], alpha: 2);
        Near([2 * Math.Log(Math.E + 1), 2 * Math.Log(1 + Math.Exp(0.5))], warm.V);
        Near(Hand.LogProbability, warm.LogProbability);
        Assert.Throws<ArgumentException>(() => TokenTrace.OfLogits([0], []));
    }

    [Fact]
    public void Without_an_answer_there_is_the_worst_reward()
    {
        RewardResult found = RentReward.Compute(Hand, answerFound: true), missing = RentReward.Compute(Hand, answerFound: false);
        Assert.Equal(-Hand.Entropy.Average(), found.Value, 1e-15);
        Assert.Equal(-7, missing.Value);
        Assert.Equal([-7, -7], missing.PerToken);
    }

    [Fact]
    public void Sums_and_means_of_entropy_minimization()
    {
        Assert.Equal(-Hand.Entropy.Sum(), EntropyMinimization.TokenSum(Hand).Value, 1e-15);
        Assert.Equal(-Hand.Entropy.Average(), EntropyMinimization.TokenMean(Hand).Value, 1e-15);
        Assert.Equal(Hand.LogProbability.Sum(), EntropyMinimization.SequenceSum(Hand).Value, 1e-15);
        Assert.Equal(Hand.LogProbability.Average(), EntropyMinimization.SequenceMean(Hand).Value, 1e-15);

        // A further token can only lower the sums.
        TokenTrace longer = TokenTrace.OfLogits([0, 1, 1], [[2, 0], [0, 1], [3, 3]]);
        Assert.True(EntropyMinimization.TokenSum(longer).Value < EntropyMinimization.TokenSum(Hand).Value);
        Assert.True(EntropyMinimization.SequenceSum(longer).Value < EntropyMinimization.SequenceSum(Hand).Value);
    }

    [Fact]
    public void Presets_are_named_and_differ_in_what_they_read()
    {
        Assert.Equal(["sum", "rmgap", "weighted"], EndogenousPreset.All.Select(p => p.Name));

        // gamma 1: log-likelihood and V1 exactly, and an offset of a later state's logits changes nothing.
        Assert.Equal(Hand.LogProbability.Sum() + Hand.V[0], EndogenousPreset.Sum.Compute(Hand).Value, 1e-12);
        TokenTrace raised = TokenTrace.OfLogits([0, 1], [[2, 0], [5, 6]]);
        Assert.Equal(EndogenousPreset.Sum.Compute(Hand).Value, EndogenousPreset.Sum.Compute(raised).Value, 1e-12);

        // gamma below 1: it changes the reward by c (w_h - w_{h-1}) where V is in it, and nothing where it is not.
        Assert.Equal(
            5 * (0.93 - 1), EndogenousPreset.Weighted.Compute(raised).Value - EndogenousPreset.Weighted.Compute(Hand).Value, 1e-12);
        Assert.Equal(EndogenousPreset.Rmgap.Compute(Hand).Value, EndogenousPreset.Rmgap.Compute(raised).Value, 1e-12);
        Assert.Equal(
            Hand.LogProbability[0] + (0.93 * Hand.LogProbability[1]), EndogenousPreset.Rmgap.Compute(Hand).Value, 1e-12);
    }

    [Fact]
    public void Weights_reach_their_floor_where_they_say()
    {
        Assert.Equal(49, EndogenousPreset.Weighted.Options.FirstAtFloor());
        Assert.Null(EndogenousPreset.Sum.Options.FirstAtFloor());
        Assert.Null(EndogenousPreset.Rmgap.Options.FirstAtFloor());
        Assert.Null(new RewardOptions { Gamma = 1, Beta = 0.5 }.FirstAtFloor());
        Assert.Equal(0, new RewardOptions { Gamma = 0.5, Beta = 1 }.FirstAtFloor());
        Assert.Equal(1, new RewardOptions { Gamma = 0, Beta = 0.5 }.FirstAtFloor());
        for (int gamma = 1; gamma < 100; gamma++)
        {
            for (int power = 1; power < 10; power++)
            {
                double beta = Math.Pow(gamma / 100.0, power);
                RewardOptions options = new() { Gamma = gamma / 100.0, Beta = beta };
                Assert.Equal(power, options.FirstAtFloor());
                double[] weights = options.Weights(power + 2);
                Assert.Equal(weights[power], weights[power + 1], 1e-15);
                Assert.True(weights[power - 1] > beta * 1.001);
            }
        }
    }

    [Fact]
    public void What_a_specialist_is_sure_of_brings_nothing()
    {
        TokenTrace sure = Trace([-1e-12, -1e-9]), start = Trace([-20, -0.5]);
        Assert.Equal(0, TcerReward.Compute(sure, start).Value, 1e-8);
        Assert.True(ImplicitReward.Compute(sure, start).Value > 20);

        // p = 1/2 and 1/4: weights 1/2 and 3/4; ratios ln 2 and -ln 2.
        double ln2 = Math.Log(2);
        TokenTrace specialist = Trace([-ln2, -2 * ln2]), generalist = Trace([-2 * ln2, -ln2]);
        RewardResult found = TcerReward.Compute(specialist, generalist);
        Near([ln2 / 2, -0.75 * ln2], found.PerToken);
        Assert.Equal(-ln2 / 8, found.Value, 1e-12);
        Near([ln2 / 4, -0.5625 * ln2], Weighted(TcerReward.Doubt(2)).PerToken);
        Near([ln2, -ln2], Weighted(TcerReward.Doubt(0)).PerToken);
        Near([ln2 * ln2, -ln2], Weighted(TcerReward.Surprise(1)).PerToken);

        RewardResult Weighted(Func<double, double> weight) =>
            TcerReward.Compute(specialist, generalist, new TcerOptions { Weight = weight });
    }

    [Fact]
    public void A_drifting_ratio_is_held()
    {
        TokenTrace specialist = Trace([-1, -1]), generalist = Trace([-30, -1.5]);
        double weight = 1 - Math.Exp(-1);
        Near([29 * weight, 0.5 * weight], TcerReward.Compute(specialist, generalist).PerToken);
        TcerOptions held = new() { RatioCap = TcerReward.DriftingRatioCap };
        Near([5 * weight, 0.5 * weight], TcerReward.Compute(specialist, generalist, held).PerToken);
        Near([-5 * weight], TcerReward.Compute(Trace([-1]), Trace([29]), held).PerToken);
        Assert.Throws<ArgumentOutOfRangeException>(() => TcerReward.Compute(specialist, generalist, new() { RatioCap = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcerReward.Doubt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcerReward.Surprise(0));
    }

    [Fact]
    public void Confidence_is_a_mean_of_probabilities_and_missing_without_an_answer()
    {
        Assert.Equal((0.5 + 0.25) / 2, AnswerConfidence.Compute([Math.Log(0.5), Math.Log(0.25)])!.Value, 1e-15);
        Assert.Equal(1, AnswerConfidence.Compute([0]));
        Assert.Null(AnswerConfidence.Compute([]));
    }

    [Fact]
    public void The_surest_right_ones_come_against_the_least_sure_wrong_ones()
    {
        // 0 and 3 right, 1 and 2 wrong, 4 wrong without an answer; 0.75 - 0.5 and 0.5 - 0.25 are equal: the lower goes first.
        double?[] confidences = [0.75, 0.5, 0.25, 0.5, null];
        bool[] correct = [true, false, false, true, false];
        Assert.Equal(
            [new(0, 2, 0.5), new(0, 1, 0.25), new(3, 2, 0.25), new(3, 1, 0)], ConfidencePairs.Of(confidences, correct));
        Assert.Equal([new(0, 2, 0.5), new(0, 1, 0.25)], ConfidencePairs.Of(confidences, correct, 2));
        Assert.Equal([new(1, 0, -0.5)], ConfidencePairs.Of([0.75, 0.25], [false, true]));
        Assert.Empty(ConfidencePairs.Of(confidences, [true, true, true, true, true]));
        Assert.Empty(ConfidencePairs.Of([null, 0.5], [true, false]));
        Assert.Empty(ConfidencePairs.Of(confidences, correct, 0));
        Assert.Throws<ArgumentException>(() => ConfidencePairs.Of(confidences, [true]));
    }

    [Fact]
    public void A_stable_rank_lies_between_one_and_what_tokens_and_dimensions_allow()
    {
        var states = from tokens in Gen.Choose(1, 6)
                     from dimensions in Gen.Choose(1, 5)
                     from all in Gen.ArrayOf(Gen.Choose(-300, 300), tokens * dimensions)
                     select all.Select(x => x / 100.0).Chunk(dimensions).ToArray();
        Check.QuickThrowOnFailure(Prop.ForAll(states.ToArbitrary(), hidden =>
        {
            StableRankResult found = StableRank.Compute(hidden);
            if (hidden.All(row => row.All(x => x == 0)))
            {
                Assert.Equal(0, found.Value);
                return;
            }

            Assert.InRange(found.Value, 1 - 1e-9, Math.Min(hidden.Length, hidden[0].Length) + 1e-9);
            Assert.Equal(hidden.Sum(row => row.Sum(x => x * x)), found.FrobeniusSquared, 1e-9);
            double[][] turned = [.. Enumerable.Range(0, hidden[0].Length).Select(c => hidden.Select(row => row[c]).ToArray())];
            Assert.Equal(found.Value, StableRank.Compute(turned).Value, 1e-6);
            Assert.Equal(found.Value, StableRank.Compute([.. hidden.Select(row => row.Select(x => -7 * x).ToArray())]).Value, 1e-6);
        }));
    }

    [Fact]
    public void Stable_ranks_by_hand()
    {
        Assert.Equal(1, StableRank.Compute([[1, 2], [2, 4], [-3, -6]]).Value, 1e-9);
        Assert.Equal(3, StableRank.Compute([[0, 2, 0], [2, 0, 0], [0, 0, -2]]).Value, 1e-9);
        Assert.Equal(0, StableRank.Compute([[0, 0]]).Value);
        Assert.Equal(0, StableRank.Compute([]).Value);

        // The first direction is at right angles to (1, 1); two are nearly equal; of [[2, 2], [2, 3]] the closed form.
        Assert.Equal(9.0 / 8, StableRank.Compute([[2, -2], [0.5, 0.5], [0.5, 0.5]]).Value, 1e-9);
        Assert.Equal(1 + (0.999 * 0.999), StableRank.Compute([[1, 0], [0, 0.999]]).Value, 1e-9);
        double most = (5 + Math.Sqrt(1 + (4 * 2 * 2))) / 2;
        Assert.Equal(5 / most, StableRank.Compute([[1, 0, 1], [1, 1, 1]]).Value, 1e-9);
        Assert.Throws<ArgumentException>(() => StableRank.Compute([[1, 2], [1]]));
    }

    private static TokenTrace Trace(double[] logProbs) => TokenTrace.OfLogProbabilities(new int[logProbs.Length], logProbs);

    private static void Near(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-12);
    }
}
