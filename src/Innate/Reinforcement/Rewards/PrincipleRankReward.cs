namespace Innate.Reinforcement.Rewards;

/// <summary>
/// RewardAnything's reward for a judge's ranking (arXiv 2506.03637; confirmed by the authors' package): its scores against the
/// known ones, pair by pair.
/// <code>
/// R = max(0, 1 - sum of penalties / sum of weights)
/// weight of a pair  = 1 + |difference of the known scores|
/// penalty of a pair = weight where the prediction reverses it, weight / 2 where it ties it, else 0
/// </code>
/// A pair that is known to be tied costs nothing, whatever is predicted; its weight counts. A response that was given no score
/// costs all its pairs that are no ties, and of fewer than two responses R is 1: there is nothing to reverse (both ours).
/// </summary>
internal static class PrincipleRankReward
{
    /// <summary>Our share of this reward in the two; how the paper sums them is not confirmed.</summary>
    public const double OwnShare = 0.8;

    /// <summary>The format's share.</summary>
    public const double OwnFormatShare = 0.2;

    /// <summary>The reward, 0 to 1.</summary>
    /// <param name="predicted">The judge's score of each response, by name.</param>
    /// <param name="known">The known score of each.</param>
    public static double Compute(IReadOnlyDictionary<string, double> predicted, IReadOnlyDictionary<string, double> known)
    {
        KeyValuePair<string, double>[] responses = [.. known];
        double penalty = 0, weight = 0;
        for (int i = 0; i < responses.Length; i++)
        {
            for (int j = i + 1; j < responses.Length; j++)
            {
                double gap = responses[i].Value - responses[j].Value, own = 1 + Math.Abs(gap);
                weight += own;
                penalty += own * Cost(responses[i].Key, responses[j].Key, Math.Sign(gap));
            }
        }

        return weight > 0 ? Math.Max(0, 1 - (penalty / weight)) : 1;

        double Cost(string first, string second, int order)
        {
            if (order == 0) return 0;
            if (!predicted.TryGetValue(first, out double a) || !predicted.TryGetValue(second, out double b)) return 1;
            int found = Math.Sign(a - b);
            return found == order ? 0 : found == 0 ? 0.5 : 1;
        }
    }

    /// <summary>Both rewards as one, ours: 0.8 of the ranking's and 0.2 of the format's.</summary>
    /// <param name="rank">The ranking's, 0 to 1.</param>
    /// <param name="format">The format's, 0 to 1.</param>
    public static double WithFormat(double rank, double format) => (OwnShare * rank) + (OwnFormatShare * format);
}
