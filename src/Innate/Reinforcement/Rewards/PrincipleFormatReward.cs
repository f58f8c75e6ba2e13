using Innate.Judges;

namespace Innate.Reinforcement.Rewards;

/// <summary>
/// RewardAnything's reward for a judge's format (arXiv 2506.03637; confirmed by the authors' package but for the consistency,
/// whose helper is called there and not shipped: ours):
/// <code>
/// R = 0.15 [thoughts in tags] + 0.05 [and more than 50 characters of them]
///   + 0.20 JSON as it should be, 0.15 salvaged
///   + 0.10 [scores] + 0.10 [ranking] + 0.20 coverage + 0.20 consistency
/// consistency = share of pairs of the ranking whose better-ranked response has no lower score
/// </code>
/// </summary>
internal static class PrincipleFormatReward
{
    private const int ShortThoughts = 50;

    /// <summary>The reward, 0 to 1.</summary>
    /// <param name="reply">What the judge wrote, read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A coverage outside [0, 1].</exception>
    public static double Compute(PrincipleReply reply)
    {
        Require.Unit(reply.Coverage, nameof(reply));
        double reward = reply.HasThoughts ? 0.15 : 0;
        if (reply.HasThoughts && reply.ThoughtLength > ShortThoughts) reward += 0.05;
        reward += reply.Json switch { FoundJson.Direct => 0.2, FoundJson.Salvaged => 0.15, _ => 0 };
        if (reply.Scores is not null) reward += 0.1;
        if (reply.Ranking is not null) reward += 0.1;
        return reward + (0.2 * reply.Coverage) + (0.2 * Consistency(reply.Scores, reply.Ranking));
    }

    /// <summary>
    /// The share of ordered pairs without an inversion, over the ranked responses that have a score; 0 where scores or ranking
    /// are missing, 1 where fewer than two have both.
    /// </summary>
    /// <param name="scores">By name; null: missing.</param>
    /// <param name="ranking">Names, best first; null: missing.</param>
    public static double Consistency(IReadOnlyDictionary<string, double>? scores, IReadOnlyList<string>? ranking)
    {
        if (scores is null || ranking is null) return 0;
        double[] inOrder = [.. ranking.Where(scores.ContainsKey).Select(name => scores[name])];
        if (inOrder.Length < 2) return 1;
        int kept = 0;
        for (int i = 0; i < inOrder.Length; i++)
        {
            for (int j = i + 1; j < inOrder.Length; j++)
            {
                if (inOrder[i] >= inOrder[j]) kept++;
            }
        }

        return kept / (inOrder.Length * (inOrder.Length - 1) / 2.0);
    }
}
