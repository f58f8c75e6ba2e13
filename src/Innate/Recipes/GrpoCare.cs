using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Recipes;

/// <summary>A bonus for right answers that a slow copy of the policy would give too (GRPO-CARE, arXiv 2506.16141).</summary>
internal static class GrpoCare
{
    public static Recipe Recipe { get; } = new()
    {
        Name = "grpo-care",
        Title = "GRPO with a bonus for consistent answers",
        Paper = "arXiv 2506.16141",
        Status = RecipeStatus.Code,
        Formula = """
            c_i = min(exp(mean log-probability of the answer's tokens under a slow copy after the own reasoning), 0.95)
            R_i = acc_i + 0.5 acc_i where acc_i > 0.1, acc_i >= mean acc and c_i >= mean c of those - 0.01
            A_i = (R_i - mean R) / (std R + 1e-4); loss = GRPO's, clip 0.2, no divergence
            copy := 0.995 copy + 0.005 policy every 10 steps
            """,
        Signature = "the workings of rewarded responses lead to their answers more often, at the same accuracy",
        Failure = "a copy that lags punishes new good reasoning; a lone right response always gets the bonus",
        Ours = ["A right response of which no answer's tokens are found has a confidence of 0."],
        Learns = new RlRecipe
        {
            Name = "grpo-care",
            Rewards =
            [
                RewardTerm.Of(new OwnReward("consistent-answer")
                {
                    Groups = Rewards, NeedsAnswers = true, NeedsFrozen = true, ComparesGroup = true,
                }),
            ],
            Method = new MethodParts
            {
                Reference = ReferenceRule.Average(rate: 0.005, every: 10),
                Advantage = new OwnAdvantage("group-normalized-1e-4", scene => scene.Repeat(scene.Rewards.Select(g =>
                    GroupNormalizedAdvantage.Compute(g.Rewards, ConsistentAnswerBonus.AdvantageEpsilon))))
                {
                    IsOneAResponse = true,
                },
            },
        },
        Size = new RecipeSize(Responses: 8, Rate: 1e-6) { Clip = 5 },
    };

    private static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
    [
        .. groups.Select(g => ConsistentAnswerBonus.Compute(
            [.. g.Rollouts.Select(r => VerifiableAnswer.Check(r.Text, g.Prompt.Answer!).Reward)],
            [
                .. g.Rollouts.Select(r =>
                    AnswerSpan.Find(scene.Models.Tokenizer, r.Response.TokenIds) is { } answer
                        ? RewardGroup.Mean(answer.Of(r.Frozen!.LogProbability)) : double.NegativeInfinity),
            ]).Rewards),
    ];
}
