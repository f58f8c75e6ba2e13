using Innate.Compute;
using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Rewards;

/// <summary>The numbers of CoVo.</summary>
internal sealed record ConsistencyOptions
{
    /// <summary>The vector form from which on a cluster of answers is rewarded.</summary>
    public double VectorThreshold { get; init; } = 0.5;

    /// <summary>The linear form from which on a cluster of answers is rewarded.</summary>
    public double LinearThreshold { get; init; } = 0.05;
}

/// <summary>A group's consistency, and what it earns.</summary>
/// <param name="Consistency">Con, one a response, 0 to 1.</param>
/// <param name="Volatility">Vol, one a response, 0 to 1.</param>
/// <param name="Vector">RiV of each answer that a response gave, 0 to 1.</param>
/// <param name="Linear">RiL of each answer that a response gave, -1 to 1.</param>
/// <param name="VectorRewards">1 or 0, one a response.</param>
/// <param name="LinearRewards">1 or 0, one a response.</param>
internal sealed record ConsistencyResult(
    double[] Consistency, double[] Volatility, IReadOnlyDictionary<int, double> Vector, IReadOnlyDictionary<int, double> Linear,
    double[] VectorRewards, double[] LinearRewards);

/// <summary>
/// Consistency and volatility of reasoning as a reward without labels (CoVo, arXiv 2506.08745, confirmed by code): does a
/// response head for its own answer from early on, and not turn back? With d[s, k] the perplexity of answer k after the states
/// s = 1..T of a response whose own answer is j:
/// <code>
/// ratio_s = d[s, j] / min over the other answers k of d[s, k]
/// Con     = share of the states with ratio below 1
/// Vol     = 1 - (states at the end in a row with ratio of 1 or less) / T
/// over the members of one answer's cluster:
/// RiV     = sqrt(mean(Con cos Vol)^2 + mean(Con sin Vol)^2)
/// RiL     = mean Con - mean Vol
/// R       = 1 for every member of a cluster with RiV of 0.5 or more (RiL: 0.05), else 0
/// </code>
/// The code divides each row of d by its sum first, which changes no ratio. RiV is the length of a mean of vectors with the
/// angle Vol: volatility lowers it by its spread inside the cluster alone, and a cluster of one has RiV = Con. Where the group
/// has one answer only, everything is 0. Ours: a response without an answer, or without a state, gets 0 and counts nowhere.
/// </summary>
internal static class ConsistencyReward
{
    /// <summary>The group's rewards.</summary>
    /// <param name="perplexities">d: [response][state][answer].</param>
    /// <param name="answers">j: each response's own answer, an index into a row of d; null where it has none.</param>
    /// <param name="options">The thresholds; null: the defaults.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An answer is not among a row's.</exception>
    public static ConsistencyResult Compute(
        IReadOnlyList<double[][]> perplexities, IReadOnlyList<int?> answers, ConsistencyOptions? options = null)
    {
        options ??= new ConsistencyOptions();
        Require.Length(perplexities.Count, answers.Count, nameof(answers));
        int[] distinct = [.. answers.OfType<int>().Distinct().Order()];
        double[] consistency = new double[answers.Count], volatility = new double[answers.Count];
        Dictionary<int, double> vector = distinct.ToDictionary(k => k, _ => 0.0), linear = new(vector);
        double[] vectorRewards = new double[answers.Count], linearRewards = new double[answers.Count];
        ConsistencyResult result = new(consistency, volatility, vector, linear, vectorRewards, linearRewards);
        if (distinct.Length < 2) return result;
        for (int i = 0; i < consistency.Length; i++)
        {
            if (answers[i] is int own) (consistency[i], volatility[i]) = Path(perplexities[i], own);
        }

        foreach (int answer in distinct)
        {
            int[] members =
                [.. Enumerable.Range(0, answers.Count).Where(i => answers[i] == answer && perplexities[i].Length > 0)];
            double[] con = [.. members.Select(i => consistency[i])], vol = [.. members.Select(i => volatility[i])];
            linear[answer] = RewardGroup.Mean(con) - RewardGroup.Mean(vol);
            vector[answer] = Length(con, vol);
            foreach (int i in members)
            {
                vectorRewards[i] = vector[answer] >= options.VectorThreshold ? 1 : 0;
                linearRewards[i] = linear[answer] >= options.LinearThreshold ? 1 : 0;
            }
        }

        return result;
    }

    private static (double Consistency, double Volatility) Path(double[][] states, int own)
    {
        if (states.Length == 0) return default;
        int nearest = 0, trailing = 0;
        foreach (double[] row in states)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(own);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(own, row.Length);
            double others = double.PositiveInfinity;
            for (int k = 0; k < row.Length; k++)
            {
                if (k != own) others = Math.Min(others, row[k]);
            }

            if (row[own] < others) nearest++;
            trailing = row[own] <= others ? trailing + 1 : 0;
        }

        return ((double)nearest / states.Length, 1 - ((double)trailing / states.Length));
    }

    // Vectors that all point one way have the mean of their lengths, to the bit: a threshold may be that number.
    private static double Length(double[] consistency, double[] volatility)
    {
        if (RewardGroup.AllEqual(volatility)) return RewardGroup.Mean(consistency);
        double x = 0, y = 0;
        for (int i = 0; i < consistency.Length; i++)
        {
            (double sin, double cos) = PortableMath.SinCos(volatility[i]);
            x += consistency[i] * cos;
            y += consistency[i] * sin;
        }

        x /= consistency.Length;
        y /= consistency.Length;
        return Math.Sqrt((x * x) + (y * y));
    }
}
