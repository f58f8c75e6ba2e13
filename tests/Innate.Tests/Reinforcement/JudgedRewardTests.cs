using FsCheck;
using FsCheck.Fluent;
using Innate.Judges;
using Innate.Reinforcement.Rewards;

namespace Innate.Tests.Reinforcement;

/// <summary>Rewards that stand on others' verdicts: rankings, gates, statements, proxy questions.</summary>
public class JudgedRewardTests
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    private static readonly Gen<(Dictionary<string, double> Predicted, Dictionary<string, double> Known)> Rankings =
        from p in Gen.Choose(1, 5).ArrayOf(4) from k in Gen.Choose(1, 5).ArrayOf(4) select (ByName(p), ByName(k));

    [Fact]
    public void A_ranking_is_paid_from_0_to_1_and_in_full_where_no_order_is_broken() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Rankings), r =>
        {
            double found = PrincipleRankReward.Compute(r.Predicted, r.Known);
            Assert.InRange(found, 0, 1);
            bool keeps = (from x in Names from y in Names where r.Known[x] > r.Known[y] select r.Predicted[x] > r.Predicted[y])
                .All(kept => kept);
            Assert.Equal(keeps, found == 1);
            Assert.Equal(1, PrincipleRankReward.Compute(r.Known, r.Known));

            // Only the order of the predictions counts; and who scores all alike breaks half of everything.
            Dictionary<string, double> stretched = r.Predicted.ToDictionary(p => p.Key, p => (7 * p.Value) - 3);
            Assert.Equal(found, PrincipleRankReward.Compute(stretched, r.Known));
            Assert.True(PrincipleRankReward.Compute(ByName([2, 2, 2, 2]), r.Known) >= 0.5);
        }));

    [Fact]
    public void A_response_without_a_score_costs_its_pairs()
    {
        Dictionary<string, double> known = new() { ["a"] = 5, ["b"] = 3, ["c"] = 3 };
        Dictionary<string, double> predicted = new() { ["b"] = 3, ["c"] = 1 };

        // Weights 3, 3, 1; both pairs of a are lost, the tie is none.
        Assert.Equal(1 / 7.0, PrincipleRankReward.Compute(predicted, known), 1e-12);
        Assert.Equal(1, PrincipleRankReward.Compute(predicted, new Dictionary<string, double> { ["a"] = 1 }));
        Assert.Equal(0.8, PrincipleRankReward.WithFormat(1, 0), 1e-12);
    }

    [Fact]
    public void A_format_is_the_sum_of_its_parts()
    {
        PrincipleReply none = new() { HasThoughts = false, ThoughtLength = 500, Json = FoundJson.None, Coverage = 0 };
        Assert.Equal(0, PrincipleFormatReward.Compute(none));
        Assert.Equal(0.15, PrincipleFormatReward.Compute(none with { HasThoughts = true, ThoughtLength = 50 }), 1e-12);
        Assert.Equal(0.2, PrincipleFormatReward.Compute(none with { HasThoughts = true, ThoughtLength = 51 }), 1e-12);
        Dictionary<string, double> scores = new() { ["a"] = 5, ["b"] = 3, ["c"] = 1 };
        PrincipleReply reply = none with { Json = FoundJson.Salvaged, Scores = scores, Ranking = ["c", "x", "b", "a"] };
        Assert.Equal(0.35, PrincipleFormatReward.Compute(reply), 1e-12);
        Assert.Equal(2 / 3.0, PrincipleFormatReward.Consistency(scores, ["b", "a", "c"]), 1e-12);
        Assert.Equal(1, PrincipleFormatReward.Consistency(scores, ["b"]));
        Assert.Equal(0, PrincipleFormatReward.Consistency(scores, null));
    }

    [Fact]
    public void Each_gate_holds_by_itself()
    {
        Assert.Equal(1, IfDecoratorReward.Compute(true, [true, true], true, []));
        Assert.Equal(0, IfDecoratorReward.Compute(true, [true, false], true, []));
        Assert.Equal(0, IfDecoratorReward.Compute(true, [true], null, []));
        Assert.Equal(0, IfDecoratorReward.Compute(true, [true], true, [true, null]));
        Assert.Equal(-1, IfDecoratorReward.Compute(false, [false], null, []));
        Assert.True(IfDecoratorReward.Verdict("final verification: no\nFinal Verification: Yes."));
        Assert.False(IfDecoratorReward.Verdict("yes. Final Verification: no"));
        Assert.Null(IfDecoratorReward.Verdict("yes"));
        Assert.Equal(InstructionPool.Hard, IfDecoratorReward.PoolOf(0.5, 0.032));
        Assert.Equal(InstructionPool.Easy, IfDecoratorReward.PoolOf(0.51, 0));
    }

    [Fact]
    public void Statements_and_refusals_are_paid_by_stage()
    {
        GroundedAnswer answer = new()
        {
            HasFormat = true,
            Tags = [1, 1, 1, 1],
            IsAnswerable = true,
            Statements = [new(true, true), new(true, null), new(true, false), new(false, true)],
        };
        Assert.Equal(2 + 1.5, GroundedAnswerReward.Compute(answer, 1), 1e-12);
        Assert.Equal(2 + 1, GroundedAnswerReward.Compute(answer, 1, goldAnswers: 1), 1e-12);
        Assert.Equal(2 + 2, GroundedAnswerReward.Compute(answer, 2), 1e-12);
        Assert.Equal(2, GroundedAnswerReward.Compute(answer with { Refusal = 0.85 }, 2), 1e-12);
        GroundedAnswer open = answer with { IsAnswerable = false, Refusal = 0.849 };
        Assert.Equal(2, GroundedAnswerReward.Compute(open, 2), 1e-12);
        Assert.Equal(2.85, GroundedAnswerReward.Compute(open with { Refusal = 0.85 }, 2), 1e-12);

        // Twice each: as often as each other, and none is once. 1, 1, 2, 0: half of them are.
        Assert.Equal(1 + 1.5, GroundedAnswerReward.Compute(answer with { Tags = [2, 2, 2, 2] }, 1), 1e-12);
        Assert.Equal(0.5, GroundedAnswerReward.Compute(answer with { Tags = [1, 1, 2, 0] }, 2), 1e-12);
        Assert.Equal(1, GroundedAnswerReward.Compute(answer with { HasFormat = false }, 2), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => GroundedAnswerReward.Compute(answer, 3));
    }

    [Fact]
    public void Proxy_questions_pay_for_answers_and_cost_for_contradictions()
    {
        Assert.Equal(-0.5, ProxyQuestionReward.Compute([false, false], [true, true]));
        Assert.Equal(1, ProxyQuestionReward.Compute([true], [false]));
        Assert.Throws<ArgumentException>(() => ProxyQuestionReward.Compute([true], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProxyQuestionReward.Compute([], []));
    }

    private static Dictionary<string, double> ByName(int[] scores) =>
        Names.Zip(scores).ToDictionary(p => p.First, p => (double)p.Second, StringComparer.Ordinal);
}
