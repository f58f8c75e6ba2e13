using Innate.Compute;

namespace Innate.Search;

/// <summary>
/// The rule by which a tree search goes down (PUCT, as AlphaZero has it; Silver et al. 2018): what a move has earned, and more
/// for one that the prior likes and that was seldom tried.
/// <code>
/// score(a) = Q(a) + c P(a) sqrt(sum_b N(b)) / (1 + N(a))        c = ln((1 + N + c_base) / c_base) + c_init
/// </code>
/// </summary>
internal static class Puct
{
    /// <summary>AlphaZero's numbers of c.</summary>
    public const double DefaultBase = 19652, DefaultInitial = 1.25;

    /// <summary>c: it grows, slowly, with the visits of the parent.</summary>
    /// <param name="parentVisits">N, 0 or more.</param>
    /// <param name="cBase">Above 0.</param>
    /// <param name="cInitial">c before the first visit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double Exploration(long parentVisits, double cBase = DefaultBase, double cInitial = DefaultInitial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parentVisits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cBase);
        return PortableMath.Log((1 + parentVisits + cBase) / cBase) + cInitial;
    }

    /// <summary>The moves' scores.</summary>
    /// <param name="visits">N(a), 0 or more.</param>
    /// <param name="values">Q(a): the mean outcome; 0 of a move that was not tried.</param>
    /// <param name="prior">P(a).</param>
    /// <param name="exploration">c.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Scores(
        ReadOnlySpan<int> visits, ReadOnlySpan<double> values, ReadOnlySpan<double> prior, double exploration)
    {
        Require.Length(visits.Length, values.Length, nameof(values));
        Require.Length(visits.Length, prior.Length, nameof(prior));
        long all = 0;
        foreach (int n in visits) all += n;
        double root = Math.Sqrt(all);
        double[] scores = new double[visits.Length];
        for (int a = 0; a < scores.Length; a++) scores[a] = values[a] + (exploration * prior[a] * root / (1 + visits[a]));
        return scores;
    }

    /// <summary>The move with the highest score; of equal ones the first.</summary>
    public static int Choose(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int a = 1; a < scores.Length; a++)
        {
            if (scores[a] > scores[best]) best = a;
        }

        return best;
    }
}
