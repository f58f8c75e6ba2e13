using FsCheck;
using FsCheck.Fluent;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

/// <summary>What a response is worth beside the others of its group, and PVPO's advantage.</summary>
public sealed class GroupRewardTests
{
    private sealed record Novelties(double[][] Similarity, bool[] Majority, bool[] Answered);

    private static Gen<Novelties> Groups =>
        from size in Gen.Choose(1, 6)
        from upper in Gen.ArrayOf(Gen.Choose(-20, 120), size * size)
        from majority in Gen.ArrayOf(Gen.Elements(true, false), size)
        from answered in Gen.ArrayOf(Gen.Elements(true, true, true, false), size)
        select new Novelties(
            [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j =>
                i == j ? 1 : upper[(Math.Min(i, j) * size) + Math.Max(i, j)] / 100.0).ToArray())], majority, answered);

    [Fact]
    public void A_meanings_share_is_its_worth()
    {
        SemanticEntropyResult found = SemanticEntropyReward.OfAnswers(["1/2", "3", "0.5", null, null]);
        AssertClose([0.4, 0.2, 0.4, 0, 0], found.Rewards, 1e-15);
        Assert.Equal((0.4 * Math.Log(2.5)) + (0.6 * Math.Log(5)), found.Entropy, 1e-12);
        SemanticEntropyResult agreed = SemanticEntropyReward.OfAnswers(["7", "7", "7"]);
        Assert.Equal([1, 1, 1], agreed.Rewards);
        Assert.Equal(0, agreed.Entropy);
    }

    [Fact]
    public void Where_all_differ_or_nobody_answers_there_is_nothing()
    {
        for (int size = 1; size <= 40; size++)
        {
            int[] meanings = [.. Enumerable.Range(0, size)];
            bool[] answered = [.. meanings.Select(_ => true)];
            Assert.All(SemanticEntropyReward.Compute(meanings, answered).Rewards, r => Assert.Equal(0, r));

            // One pair that agrees is enough.
            if (size < 3) continue;
            meanings[0] = 1;
            Assert.Equal(2.0 / size, SemanticEntropyReward.Compute(meanings, answered).Rewards[1], 1e-15);
        }

        Assert.Equal([0, 0], SemanticEntropyReward.OfAnswers([null, null]).Rewards);
        Assert.Equal([0, 0], SemanticEntropyReward.Compute([3, 3], [false, false]).Rewards);
        Assert.Empty(SemanticEntropyReward.Compute([], []).Rewards);
    }

    [Fact]
    public void Novel_responses_pay_within_their_sides_band_and_order_does_not_matter()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Groups.ToArbitrary(), g =>
        {
            NoveltyResult found = NoveltyReward.Compute(g.Similarity, g.Majority, g.Answered);
            for (int i = 0; i < g.Majority.Length; i++)
            {
                if (!g.Answered[i])
                {
                    Assert.Equal((-1, true), (found.Rewards[i], double.IsNaN(found.Novelty[i])));
                    continue;
                }

                Assert.InRange(found.Novelty[i], 0, 1);
                double low = g.Majority[i] ? 0.5 : -1;
                Assert.InRange(found.Rewards[i], low, low + 0.5);
                int[] side = [.. Enumerable.Range(0, g.Majority.Length).Where(j => g.Answered[j] && g.Majority[j] == g.Majority[i])];
                double best = side.Max(j => found.Novelty[j]), least = side.Min(j => found.Novelty[j]);
                double expected = side.Length == 1 ? low + 0.5 : best - least < 1e-12 ? low + 0.25 : double.NaN;
                if (!double.IsNaN(expected)) Assert.Equal(expected, found.Rewards[i], 1e-12);
                else if (found.Novelty[i] == best) Assert.Equal(low + 0.5, found.Rewards[i], 1e-12);
                else if (found.Novelty[i] == least) Assert.Equal(low, found.Rewards[i], 1e-12);
            }

            NoveltyResult reversed = NoveltyReward.Compute(
                [.. g.Similarity.Reverse().Select(row => row.Reverse().ToArray())], [.. g.Majority.Reverse()],
                [.. g.Answered.Reverse()]);
            AssertClose(found.Rewards, [.. reversed.Rewards.Reverse()], 1e-9);
        }));
    }

    [Fact]
    public void Novelty_by_hand()
    {
        // Two of the majority, alike to 0.8 and to the one other 0.5 and 0.1; that one has nobody of its own.
        double[][] similarity = [[1, 0.8, 0.5], [0.8, 1, 0.1], [0.5, 0.1, 1]];
        NoveltyResult found = NoveltyReward.Compute(similarity, [true, true, false]);
        AssertClose([0.2, 0.2, 1 - (0.5 * 0.3) - (0.5 * 0.5)], found.Novelty, 1e-12);
        AssertClose([0.75, 0.75, -0.5], found.Rewards, 1e-12);

        // Cosines beyond [0, 1] are held there; nobody else at all counts as half alike.
        Assert.Equal([1, 1], NoveltyReward.Compute([[1, -0.4], [-0.4, 1]], [true, true]).Novelty);
        Assert.Equal([0, 0], NoveltyReward.Compute([[1, 1.2], [1.2, 1]], [true, true]).Novelty);
        NoveltyResult alone = NoveltyReward.Compute([[1]], [false]);
        Assert.Equal((0.5, -0.5), (alone.Novelty[0], alone.Rewards[0]));

        // One without an answer is compared with nobody.
        NoveltyResult two = NoveltyReward.Compute(similarity, [true, true, false], [true, true, false]);
        AssertClose([0.75, 0.75, -1], two.Rewards, 1e-12);
        AssertClose([0.2, 0.2], two.Novelty[..2], 1e-12);
    }

    [Fact]
    public void Texts_are_alike_by_their_runs_of_characters()
    {
        double[][] found = CharacterSimilarity.Matrix(["abcd", "bcde", "xyz", "abcd", "", "ab"]);
        Assert.Equal(0.5, found[0][1], 1e-15);
        Assert.Equal((0, 1, 0, 1), (found[0][2], found[0][3], found[0][4], found[4][4]));
        Assert.Equal((0, 0), (found[0][5], found[4][5]));
        Assert.Equal(1.0, CharacterSimilarity.Matrix(["", ""])[0][1]);

        // aab: counts 2 and 1; ab: 1 and 1. Their cosine is 3 / sqrt(10).
        Assert.Equal(3 / Math.Sqrt(10), CharacterSimilarity.Matrix(["aab", "ab"], n: 1)[0][1], 1e-12);
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.ArrayOf(Gen.Elements("", "a", "aa", "abab", "baba", "the sum is 12", "the sum is 21"), 4).ToArbitrary(), texts =>
            {
                double[][] matrix = CharacterSimilarity.Matrix(texts, 2);
                for (int i = 0; i < 4; i++)
                {
                    for (int j = 0; j < 4; j++)
                    {
                        Assert.InRange(matrix[i][j], 0, 1);
                        Assert.Equal(matrix[j][i], matrix[i][j]);
                        if (texts[i] == texts[j]) Assert.Equal(1, matrix[i][j], 1e-12);
                    }
                }
            }));
    }

    [Fact]
    public void Labels_are_exchanged_and_ties_go_to_the_first_seen()
    {
        ExchangedLabelsResult found = ExchangedLabels.Compute(["1/2", null, "3", "3", "0.5"], ["3", "4", "4"]);
        Assert.Equal(("1/2", "4"), (found.OriginalLabel, found.RephrasedLabel));
        Assert.Equal([0, 0, 0, 0, 0], found.OriginalRewards);
        Assert.Equal([0, 0, 0], found.RephrasedRewards);
        ExchangedLabelsResult half = ExchangedLabels.Compute(["8", "9"], ["0.5", "8", "\\frac{1}{2}"]);
        Assert.Equal([0, 0], half.OriginalRewards);
        Assert.Equal([0, 1, 0], half.RephrasedRewards);
        Assert.Equal([1, 0, 0], ExchangedLabels.OfTeacher(["0.5", null, "2"], ["\\frac{1}{2}", "7", "1/2"]));

        // Where the others have no answer nobody is right, those without an answer neither.
        ExchangedLabelsResult none = ExchangedLabels.Compute(["1", null], [null, null]);
        Assert.Equal(("1", null), (none.OriginalLabel, none.RephrasedLabel));
        Assert.Equal([0, 0], none.OriginalRewards);
        Assert.Equal([0, 0], none.RephrasedRewards);
    }

    [Fact]
    public void A_thoughts_advantage_is_its_gain_over_the_other_thoughts()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Choose(-5000, 0), 5).ToArbitrary(), numbers =>
        {
            double[] with = [.. numbers.Select(n => n / 1000.0)], without = [-1, -1.5, -1, -2, -1];
            double[] gains = ThoughtGain.Compute(with, without), advantages = LeaveOneOutAdvantage.Compute(gains);
            for (int i = 0; i < gains.Length; i++)
            {
                Assert.Equal(with[i] - without[i], gains[i], 1e-15);
                Assert.Equal(gains[i] - gains.Where((_, j) => j != i).Average(), advantages[i], 1e-12);
            }
        }));
        Assert.Equal([0], LeaveOneOutAdvantage.Compute(ThoughtGain.Compute([-1], [-3])));
        Assert.Throws<ArgumentException>(() => ThoughtGain.Compute([-1], [-1, -2]));
    }

    [Fact]
    public void A_group_that_is_all_right_keeps_its_advantage_over_the_reference()
    {
        AssertClose([0.6, 0.6, 0.6], ReferenceBaselineAdvantage.Compute([1, 1, 1], [0, 1, 0, 0, 1]), 1e-15);
        Assert.Equal([-1, 0], ReferenceBaselineAdvantage.Compute([0, 1], [1]));
        Assert.Equal([0.3], ReferenceBaselineAdvantage.Compute([0.3], [0, 0]));
        double[] own = [1, 0.5, 0, 0];
        AssertClose(DrGrpoAdvantage.Compute(own), ReferenceBaselineAdvantage.Compute(own, own), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceBaselineAdvantage.Compute([1], []));
    }
}
