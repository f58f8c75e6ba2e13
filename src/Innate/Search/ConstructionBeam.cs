namespace Innate.Search;

/// <summary>
/// The beam of AlphaGeometry's search for helping constructions (Trinh et al. 2024; from its published code): a node's score is
/// the sum of its path's log-probabilities, and the best of each depth go on.
/// </summary>
internal static class ConstructionBeam
{
    /// <summary>A proposal that goes on.</summary>
    /// <param name="Proposal">Which of its parent's, from 0.</param>
    /// <param name="Score">The path's log-probability in nats.</param>
    public readonly record struct Kept(int Proposal, double Score);

    /// <summary>Of one node's proposals, those that go on, best first; of equal ones the first proposed.</summary>
    /// <param name="parentScore">The node's score.</param>
    /// <param name="stepScores">Each proposal's log-probability (nats), all its tokens together.</param>
    /// <param name="width">The most that go on, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public static IReadOnlyList<Kept> Keep(double parentScore, ReadOnlySpan<double> stepScores, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Kept[] all = new Kept[stepScores.Length];
        for (int i = 0; i < all.Length; i++) all[i] = new Kept(i, parentScore + stepScores[i]);
        return [.. all.OrderByDescending(k => k.Score).Take(width)];
    }
}
