using Innate.Reinforcement.Methods;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// What a world itself says that an episode earned, never what its text says. A group one of whose episodes the world broke off
/// has no reward: its prompt is skipped and counted.
/// </summary>
internal static class WorldReward
{
    /// <summary>The part of a recipe; token by token, each turn's reward stands on the turn's last token.</summary>
    public static OwnReward Own { get; } = new("world")
    {
        Groups = (_, groups) =>
        [
            .. groups.Select(g => g.Rollouts.Any(r => r.Episode!.Failure is not null || r.Length == 0) ? null
                : g.Rollouts.Select(r => r.Episode!.Reward).ToArray()),
        ],
        Tokens = rollout =>
        {
            double[] tokens = new double[rollout.Length];
            double[] turns = rollout.Episode!.RewardsByTurn;
            for (int k = 0; k < turns.Length; k++) tokens[rollout.TurnEnds[k] - 1] = turns[k];
            return tokens;
        },
        CanBeMissing = true,
    };
}
