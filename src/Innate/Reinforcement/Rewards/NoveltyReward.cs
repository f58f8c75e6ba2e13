namespace Innate.Reinforcement.Rewards;

/// <summary>What a group's responses are worth for being right by majority and unlike each other.</summary>
/// <param name="Novelty">How unlike the others each is, 0 to 1; NaN where a response has no answer.</param>
/// <param name="Rewards">One a response, from -1 to 1.</param>
internal sealed record NoveltyResult(double[] Novelty, double[] Rewards);

/// <summary>
/// EVOL-RL (arXiv 2509.15194; confirmed by the authors' code): the majority's answer is taken for right, and on either side those
/// pay best that reason unlike the others. With s the similarities, held to [0, 1]:
/// <code>
/// novelty_i = 1 - 0.5 mean of s(i, others of i's side) - 0.5 max of s(i, anyone else)
/// z_i       = novelty, min-max within the side
/// R_i       = 0.5 + 0.5 z_i   for the majority's side: 0.5 to 1
///             -1 + 0.5 z_i    for the other side: -1 to -0.5
///             -1              without an answer; such a response is compared with nobody
/// </code>
/// Where i is its side's only member the mean is over all others and z is 1; where a side's novelties are equal z is 1/2. Where
/// nobody else is there at all both similarities are 1/2, as in the code. One difference from the code (ours): there a single
/// answer beside responses without one gets -1, here it is a side of one like any.
/// </summary>
internal static class NoveltyReward
{
    // Novelties that are equal on paper may differ by rounding.
    private const double Tolerance = 1e-12;

    /// <summary>The rewards of one group.</summary>
    /// <param name="similarity">s: one row a response; see <see cref="CharacterSimilarity"/>. The diagonal is not read.</param>
    /// <param name="majority">Whether each response's answer is the majority's.</param>
    /// <param name="answered">Whether each has an answer at all; empty: all have. The code asks for a digit in the box.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static NoveltyResult Compute(
        IReadOnlyList<double[]> similarity, ReadOnlySpan<bool> majority, ReadOnlySpan<bool> answered = default)
    {
        Require.Length(similarity.Count, majority.Length, nameof(majority));
        if (!answered.IsEmpty) Require.Length(majority.Length, answered.Length, nameof(answered));
        foreach (double[] row in similarity) Require.Length(similarity.Count, row.Length, nameof(similarity));
        List<int> right = [], wrong = [];
        for (int i = 0; i < majority.Length; i++)
        {
            if (answered.IsEmpty || answered[i]) (majority[i] ? right : wrong).Add(i);
        }

        NoveltyResult result = new(new double[majority.Length], new double[majority.Length]);
        Array.Fill(result.Novelty, double.NaN);
        Array.Fill(result.Rewards, -1);
        Fill(result, similarity, right, wrong, lowest: 0.5);
        Fill(result, similarity, wrong, right, lowest: -1);
        return result;
    }

    private static void Fill(
        NoveltyResult result, IReadOnlyList<double[]> similarity, List<int> side, List<int> other, double lowest)
    {
        if (side.Count == 0) return;
        foreach (int i in side)
        {
            double[] own = To(side), all = [.. own, .. To(other)];
            double mean = all.Length == 0 ? 0.5 : own.Length == 0 ? all.Average() : own.Average();
            double max = all.Length == 0 ? 0.5 : all.Max();
            result.Novelty[i] = 1 - (0.5 * mean) - (0.5 * max);

            double[] To(List<int> responses) =>
                [.. responses.Where(j => j != i).Select(j => Math.Clamp(similarity[i][j], 0, 1))];
        }

        double least = side.Min(i => result.Novelty[i]), spread = side.Max(i => result.Novelty[i]) - least;
        foreach (int i in side)
        {
            double z = side.Count == 1 ? 1 : spread <= Tolerance ? 0.5 : (result.Novelty[i] - least) / spread;
            result.Rewards[i] = lowest + (0.5 * z);
        }
    }
}
