using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Grading;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// Answer, verdict, and a second answer where the verdict is no (policy as generative verifier, PAG, arXiv 2506.10406). A turn is
/// a group of one under the conversation so far, so that nothing flows from a later turn into an earlier one. The notes of a
/// turn's group say what it is for, and whether the answer before it was right. A turn that the context has no room for is left
/// out.
/// </summary>
internal static class VerifiedTurns
{
    /// <summary>What the policy is asked after its answer.</summary>
    public const string Question = "Is this answer correct? Reply Yes or No.";

    /// <summary>What it is asked after it said no.</summary>
    public const string Again = "Then answer the question once more.";

    private const ulong VerdictSalt = 0x7e41, AnswerSalt = 0x7e42;

    /// <summary>The first answers' groups, then the verdicts', then the second answers'.</summary>
    /// <param name="scene">Its policy is asked.</param>
    /// <param name="groups">First answers to prompts with gold answers.</param>
    /// <exception cref="InputException">A prompt is known by its ids alone.</exception>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        IReadOnlyList<Turn> verdicts = Ask(
            scene, TurnRole.Verify, VerdictSalt,
            [.. groups.SelectMany(g => g.Rollouts.Select(r => new Turn(g, IsRight(g, r), [r.Text, Question])))]);
        IReadOnlyList<Turn> answers = Ask(
            scene, TurnRole.Answer, AnswerSalt,
            [
                .. verdicts.Where(v => Verdict(v.Group.Rollouts[0].Text) == false)
                    .Select(v => v with { Said = [.. v.Said, v.Group.Rollouts[0].Text, Again] }),
            ]);
        return [.. groups, .. GivenResponses.WithReference(scene, [.. verdicts.Concat(answers).Select(t => t.Group)])];
    }

    /// <summary>What each turn earns: <see cref="TurnRewards"/>.</summary>
    /// <param name="scene">Not asked.</param>
    /// <param name="groups">As <see cref="With"/> leaves them.</param>
    public static IReadOnlyList<double[]> Rewards(RolloutScene scene, IReadOnlyList<RolloutGroup> groups) =>
        [.. groups.Select(g => g.Rollouts.Select(r => Reward(g, r)).ToArray())];

    /// <summary>The advantages, whitened within each role: <see cref="RoleAdvantage.Normalize"/>.</summary>
    /// <param name="groups">As <see cref="With"/> leaves them.</param>
    /// <param name="advantages">One array a response, group after group.</param>
    public static double[][] Whiten(IReadOnlyList<RolloutGroup> groups, IReadOnlyList<double[]> advantages) =>
        RoleAdvantage.Normalize([.. groups.SelectMany(g => g.Rollouts.Select(_ => RoleOf(g)))], advantages);

    /// <summary>Whether a verdict is yes, by its first word that is yes or no; null: it is neither.</summary>
    public static bool? Verdict(string text)
    {
        string? word = text.Split([' ', '\n', '\t', '.', ',', '!', ':', '*'], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(w => w.Equals("yes", StringComparison.OrdinalIgnoreCase)
                || w.Equals("no", StringComparison.OrdinalIgnoreCase));
        return word is null ? null : word.Length == 3;
    }

    private static double Reward(RolloutGroup group, Rollout rollout) => group.Notes is not [[var role, var before]]
        ? IsRight(group, rollout)
        : (TurnRole)role == TurnRole.Verify
            ? Verdict(rollout.Text) == (before > 0) ? 1 : 0
            : TurnRewards.Compute([before, IsRight(group, rollout)], [0])[^1].Reward;

    private static TurnRole RoleOf(RolloutGroup group) =>
        group.Notes is [[var role, _]] ? (TurnRole)role : TurnRole.Answer;

    private static double IsRight(RolloutGroup group, Rollout answer) =>
        VerifiableAnswer.Check(answer.Text, group.Prompt.Answer!).Reward;

    // The turns that there is room for, each with the group of what was said.
    private static IReadOnlyList<Turn> Ask(RolloutScene scene, TurnRole role, ulong salt, IReadOnlyList<Turn> turns)
    {
        (Turn Turn, int[] Ids)[] asked =
        [
            .. turns.Select(t => (t, scene.Models.PromptAfter(t.Group.Prompt, t.Said))).Where(t => scene.Models.HasRoom(t.Item2)),
        ];
        IReadOnlyList<Rollout[]> said = scene.Models.Sample(
            scene.Models.Generator, [.. asked.Select(t => t.Ids)], 1, scene.Key(salt), scene.Cancellation);
        return
        [
            .. asked.Select((t, i) => t.Turn with
            {
                Group = t.Turn.Group with
                {
                    Prompt = t.Turn.Group.Prompt with { Ids = t.Ids }, Rollouts = said[i], Greedy = null,
                    Notes = [[(double)role, t.Turn.Before]],
                },
            }),
        ];
    }

    /// <summary>A turn: the group that it is of or goes on from, whether the answer before it was right, what was said.</summary>
    private sealed record Turn(RolloutGroup Group, double Before, string[] Said);
}
