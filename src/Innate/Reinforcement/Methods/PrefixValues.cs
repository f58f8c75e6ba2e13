using Innate.Learning;
using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// TRePO's values (arXiv 2506.02553): what rollouts from a few prefixes of a response are rewarded with. They are noted on the
/// response, and are not learned from themselves.
/// </summary>
internal static class PrefixValues
{
    private const ulong Salt = 0x74e9;

    /// <summary>The groups, each response with its places and their values in its notes.</summary>
    /// <param name="scene">Its policy goes on from the places; its rewards are the values.</param>
    /// <param name="groups">Sampled.</param>
    /// <exception cref="TrainingInterruptedException">A rollout has no verdict.</exception>
    public static IReadOnlyList<RolloutGroup> With(RolloutScene scene, IReadOnlyList<RolloutGroup> groups)
    {
        int[][][] places =
        [
            .. groups.Select(g => g.Rollouts.Select((r, i) =>
                PrefixPositions.Choose(r.Length, RandomBits.Mix(RandomBits.Mix(g.Key, Salt), (ulong)i))[1..^1]).ToArray()),
        ];
        PrefixState[] states =
        [
            .. groups.SelectMany((g, k) => places[k].SelectMany((own, i) => own.Select(n => new PrefixState(g, i, n)))),
        ];
        GroupScores scores = scene.Score(PrefixRollouts.Continue(scene, states, PrefixPositions.DefaultRollouts, Salt));
        int at = 0;
        return
        [
            .. groups.Select((g, k) => g with
            {
                Rollouts =
                [
                    .. g.Rollouts.Select((r, i) => r with
                    {
                        Notes = [.. places[k][i].Select(n => (double)n), .. places[k][i].Select(_ => Value(at++))],
                    }),
                ],
            }),
        ];

        double Value(int state) => scores.Groups[state] is { } rewards
            ? RewardGroup.Mean(rewards.Rewards)
            : throw new TrainingInterruptedException(
                $"expected rewards of rollouts from a response's beginning, found none: {scores.MissingReason}");
    }

    /// <summary>Tokens of the prefixes, from none to the whole response.</summary>
    /// <param name="rollout">As <see cref="With"/> leaves it.</param>
    public static int[] Places(Rollout rollout) =>
        [0, .. rollout.Notes![..(rollout.Notes.Length / 2)].Select(n => (int)n), rollout.Length];

    /// <summary>The values of those that are neither none nor the whole.</summary>
    /// <param name="rollout">As <see cref="With"/> leaves it.</param>
    public static double[] Between(Rollout rollout) => rollout.Notes![(rollout.Notes.Length / 2)..];
}
