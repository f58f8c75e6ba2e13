namespace Innate.Verifiers;

/// <summary>What several checks of one chain of thought come to, from the mildest rule to the strictest.</summary>
/// <param name="Any">At least one check found it right.</param>
/// <param name="Majority">More than half did.</param>
/// <param name="All">All did, and there was one.</param>
internal readonly record struct VerdictBand(bool Any, bool Majority, bool All)
{
    /// <summary>
    /// The band of one chain (CoT-Pass@K, arXiv 2506.14245): a stronger model checks each solution with a right answer several
    /// times, and the majority decides (secondary). The three are reported as a band: Any is never below Majority, nor that
    /// below All (ours). An even split is no majority.
    /// </summary>
    /// <param name="votes">One a check; of none nothing is found right.</param>
    public static VerdictBand Of(ReadOnlySpan<bool> votes)
    {
        int right = votes.Count(true);
        return new VerdictBand(right > 0, 2 * right > votes.Length, right > 0 && right == votes.Length);
    }
}
