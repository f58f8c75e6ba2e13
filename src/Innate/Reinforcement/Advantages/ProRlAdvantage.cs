namespace Innate.Reinforcement.Advantages;

/// <summary>A batch's advantages with the numbers on the way.</summary>
/// <param name="Centred">R - mean of its group: one array a group, one number a response.</param>
/// <param name="TokenMean">The mean of the centred rewards over all tokens of the batch.</param>
/// <param name="TokenVariance">Their population variance over all tokens.</param>
/// <param name="Advantages">In the shape of <paramref name="Centred"/>; every token of a response gets its number.</param>
internal sealed record ProRlAdvantages(double[][] Centred, double TokenMean, double TokenVariance, double[][] Advantages);

/// <summary>
/// ProRLv2's advantage (confirmed by code, NeMo RL's prorlv2 recipe): the group's mean is taken off, then the whole batch is
/// whitened over its tokens, a response counting as often as it has tokens:
/// <code>
/// c_i = R_i - mean of its group
/// A_i = (c_i - mean over tokens of c) / sqrt(max(variance over tokens of c, 1e-8))
/// </code>
/// The variance is the population's. The second mean is not 0 where lengths differ: long responses weigh more in it.
/// <see cref="ReinforcePlusPlusAdvantage.WithBaseline"/> is the same with an unbiased std, and leaves a lone response its reward.
/// </summary>
internal static class ProRlAdvantage
{
    /// <summary>The advantages; 0 where nothing differs in the whole batch.</summary>
    /// <param name="groups">The rewards of each group's responses: the whole batch.</param>
    /// <param name="lengths">Tokens of each response, in the same shape.</param>
    /// <param name="floor">What the variance is at least, above 0.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The floor is not above 0.</exception>
    public static ProRlAdvantages Compute(
        IReadOnlyList<double[]> groups, IReadOnlyList<int[]> lengths, double floor = Whitening.DefaultEpsilon)
    {
        Require.Length(groups.Count, lengths.Count, nameof(lengths));
        double[][] centred = [.. groups.Select(g => DrGrpoAdvantage.Compute(g))];
        double[][] tokens = [.. centred.SelectMany((c, g) => TokenLevelGroup.Repeat(c, lengths[g]).Responses)];
        (double mean, double scale) = Whitening.Moments(tokens, floor, WhiteningScale.VarianceFloor);
        double variance = Whitening.PopulationVariance([.. tokens.SelectMany(t => t)]);
        return new ProRlAdvantages(
            centred, mean, variance, [.. centred.Select(c => c.Select(x => (x - mean) / scale).ToArray())]);
    }

    /// <summary>
    /// The reward of a response that was cut off at the length limit: multiplied by the stop-properly coefficient, 0 by default.
    /// </summary>
    /// <param name="reward">The response's.</param>
    /// <param name="truncated">Whether it was cut off.</param>
    /// <param name="coefficient">What is left of it, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The coefficient lies outside [0, 1].</exception>
    public static double StopProperly(double reward, bool truncated, double coefficient = 0)
    {
        Require.Unit(coefficient);
        return truncated ? reward * coefficient : reward;
    }
}
