using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Objectives;
using Innate.Reinforcement.Objectives;
using Innate.Tests.Support;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

public sealed class GroupDpoTests
{
    private sealed record Group(double[][] LogProbs, double[] Reference, bool[] Correct);

    private static Gen<Group> Groups =>
        from size in Gen.Choose(1, 5)
        from correct in Gen.ArrayOf(Gen.Elements(true, false), size)
        from lengths in Gen.ArrayOf(Gen.Choose(1, 4), size)
        from reference in Gen.ArrayOf(Gen.Choose(-900, 0), size)
        from all in Gen.ArrayOf(Gen.Choose(-4000, 0), lengths.Sum())
        select new Group(
            [.. lengths.Select((n, i) => all.Skip(lengths.Take(i).Sum()).Take(n).Select(l => l / 1000.0).ToArray())],
            [.. reference.Select(r => r / 100.0)], correct);

    [Fact]
    public void The_gradient_is_the_losss_slope_and_groups_without_a_pair_are_skipped()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Groups.ToArbitrary(), g =>
        {
            GroupDpoResult at = Of(g.LogProbs);
            for (int i = 0; i < g.LogProbs.Length; i++)
            {
                int own = i;
                CentralDifferences.Match(
                    l => Of([.. g.LogProbs.Select((row, k) => k == own ? l : row)]).Loss, g.LogProbs[i], at.LogProbGradients[i]);
            }

            int right = g.Correct.Count(c => c);
            Assert.Equal(right * (g.Correct.Length - right), at.Pairs);
            if (at.Pairs > 0) return;
            Assert.Equal(0, at.Loss);
            Assert.All(at.LogProbGradients.SelectMany(row => row), x => Assert.Equal(0, x));

            GroupDpoResult Of(double[][] logProbs) =>
                GroupDpoObjective.Compute(logProbs, g.Reference, g.Correct, 2, new DpoOptions { Beta = 0.5 });
        }));
    }

    [Fact]
    public void One_right_and_one_wrong_response_are_one_pair()
    {
        PairResult pair = DpoObjective.Compute([-1, -2], [-3], -2, -1, 4);
        GroupDpoResult group = GroupDpoObjective.Compute([[-3], [-1, -2]], [-1, -2], [false, true], 4);
        Assert.Equal(pair.Loss, group.Loss);
        AssertClose([pair.RejectedGradient, pair.ChosenGradient], group.LogProbGradients, 0);
    }

    [Fact]
    public void Every_right_response_is_pushed_up_and_every_wrong_one_down()
    {
        GroupDpoResult group = GroupDpoObjective.Compute([[-1], [-1], [-1]], [-1, -1, -1], [true, false, false], 1);
        Assert.Equal(Math.Log(2), group.Loss, 1e-15);
        AssertClose([[-0.05], [0.025], [0.025]], group.LogProbGradients, 1e-15);
        Assert.Throws<ArgumentException>(() => GroupDpoObjective.Compute([[-1]], [-1, 2], [true], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GroupDpoObjective.Compute([[-1]], [-1], [true], 0));
    }
}
