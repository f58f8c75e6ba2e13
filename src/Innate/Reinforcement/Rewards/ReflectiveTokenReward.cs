using Innate.Compute;
using Innate.Reinforcement.Advantages;

namespace Innate.Reinforcement.Rewards;

/// <summary>The numbers of R3.</summary>
internal sealed record ReflectiveTokenOptions
{
    /// <summary>Which quantile of sigma is Delta, 0 to 1. Ours.</summary>
    public double Quantile { get; init; } = 0.5;

    /// <summary>Delta itself; null: the quantile.</summary>
    public double? Threshold { get; init; }

    /// <summary>The weight of R3 in the final reward. Ours.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The weight of the length's term in the final reward. Ours.</summary>
    public double LengthWeight { get; init; } = 0.1;
}

/// <summary>The rewards of one prompt's traces and what they are made of.</summary>
/// <param name="Deviations">sigma, one a reference token.</param>
/// <param name="Threshold">Delta.</param>
/// <param name="Weights">w, one a reference token; they sum to 1, or are all 0.</param>
/// <param name="Rewards">R3, one a trace.</param>
/// <param name="Sums">The plain sum of the reference's log-probabilities, one a trace: what R3 is to be compared with.</param>
internal sealed record ReflectiveTokenResult(
    double[] Deviations, double Threshold, double[] Weights, double[] Rewards, double[] Sums);

/// <summary>
/// The reasoning reflection reward (R3) of direct reasoning optimization (DRO, arXiv 2506.13351, by its paper's first version):
/// only those tokens of a reference answer count whose probability depends on the reasoning. With l_j(c) the log-probability of
/// the reference's j-th token after the trace c, sigma_j its standard deviation over the traces (the population's), and
/// l_j(masked) the same after a trace that was taken out:
/// <code>
/// R3_i = sum over j of w_j (l_j(c_i) - l_j(masked))
/// w_j  = sigma_j / sum of those kept, where sigma_j is Delta or more, else 0
/// Delta = the sorted sigma at place floor(q J), q = 0.5
/// </code>
/// The paper says only that a larger sigma weighs more: w and Delta are ours. Where no token's sigma reaches Delta, or all are 0,
/// the rewards are 0. Sigma over few traces is noise: eight or more are advised.
/// </summary>
internal static class ReflectiveTokenReward
{
    /// <summary>R3 of each trace.</summary>
    /// <param name="logProbs">[trace][reference token], nats.</param>
    /// <param name="maskedLogProbs">[reference token], nats.</param>
    /// <param name="options">Delta; null: the defaults.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantile lies outside [0, 1].</exception>
    public static ReflectiveTokenResult Compute(
        IReadOnlyList<double[]> logProbs, ReadOnlySpan<double> maskedLogProbs, ReflectiveTokenOptions? options = null)
    {
        options ??= new ReflectiveTokenOptions();
        Require.Unit(options.Quantile, "quantile");
        foreach (double[] trace in logProbs) Require.Length(maskedLogProbs.Length, trace.Length, nameof(logProbs));
        double[] sigma = new double[maskedLogProbs.Length];
        for (int j = 0; j < sigma.Length; j++)
        {
            sigma[j] = Math.Sqrt(Whitening.PopulationVariance([.. logProbs.Select(l => l[j])]));
        }

        double delta = options.Threshold ?? At(sigma, options.Quantile);
        double[] weights = [.. sigma.Select(s => s >= delta ? s : 0)];
        double kept = weights.Sum();
        if (kept > 0) weights = [.. weights.Select(w => w / kept)];
        double[] rewards = new double[logProbs.Count];
        for (int i = 0; i < rewards.Length; i++)
        {
            for (int j = 0; j < weights.Length; j++) rewards[i] += weights[j] * (logProbs[i][j] - maskedLogProbs[j]);
        }

        return new ReflectiveTokenResult(sigma, delta, weights, rewards, [.. logProbs.Select(l => l.Sum())]);
    }

    /// <summary>
    /// What teacher forcing repairs, taken back: after a reflective token that the trace made unlikely, the later ones count for
    /// less, the nearer the less. The probability of token j is multiplied by
    /// <code>f_j = product over the reflective k before j of (p_k + (1 - p_k) (1 - exp(-gamma (j - k))))</code>
    /// </summary>
    /// <param name="reflective">p of the reflective tokens, by place.</param>
    /// <param name="length">Tokens of the reference.</param>
    /// <param name="gamma">How fast it is forgotten, a token; 0 or more.</param>
    /// <returns>f, one a token, 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Gamma or the length is below 0, or a p lies outside [0, 1].</exception>
    public static double[] Propagation(IReadOnlyDictionary<int, double> reflective, int length, double gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        double[] factors = new double[length];
        Array.Fill(factors, 1);
        foreach ((int place, double p) in reflective.OrderBy(r => r.Key))
        {
            Require.Unit(p);
            for (int j = Math.Max(place, -1) + 1; j < length; j++)
            {
                factors[j] *= p + ((1 - p) * (1 - PortableMath.Exp(-gamma * (j - place))));
            }
        }

        return factors;
    }

    /// <summary>
    /// The other form: a trace's sum of log-probabilities, each with ln f_j added. That they are summed is ours.
    /// </summary>
    /// <param name="logProbs">[reference token], nats.</param>
    /// <param name="weights">w: the tokens with a weight above 0 are the reflective ones.</param>
    /// <param name="gamma">How fast a doubt is forgotten, above 0.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Gamma is not above 0.</exception>
    public static double Propagated(ReadOnlySpan<double> logProbs, ReadOnlySpan<double> weights, double gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gamma);
        Require.Length(logProbs.Length, weights.Length, nameof(weights));
        Dictionary<int, double> reflective = [];
        for (int j = 0; j < weights.Length; j++)
        {
            if (weights[j] > 0) reflective[j] = Math.Min(1, PortableMath.Exp(logProbs[j]));
        }

        double[] factors = Propagation(reflective, logProbs.Length, gamma);
        double sum = 0;
        for (int j = 0; j < factors.Length; j++) sum += logProbs[j] + PortableMath.Log(factors[j]);
        return sum;
    }

    /// <summary>The length's term of a final answer y' beside the reference y: 1 - beta | |y| - |y'| | / |y|.</summary>
    /// <param name="referenceLength">|y|, 1 or more.</param>
    /// <param name="answerLength">|y'|, in the same unit.</param>
    /// <param name="beta">How much a difference costs, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double Length(int referenceLength, int answerLength, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(referenceLength, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(answerLength);
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        return 1 - (beta * Math.Abs((double)referenceLength - answerLength) / referenceLength);
    }

    /// <summary>R3 and the length's term together. The weights are ours.</summary>
    /// <param name="reflective">R3.</param>
    /// <param name="length">The length's term.</param>
    /// <param name="options">The weights; null: the defaults.</param>
    public static double Final(double reflective, double length, ReflectiveTokenOptions? options = null)
    {
        options ??= new ReflectiveTokenOptions();
        return (options.Weight * reflective) + (options.LengthWeight * length);
    }

    private static double At(double[] sigma, double quantile) => sigma.Length == 0
        ? 0
        : sigma.Order().ElementAt(Math.Min((int)Math.Floor(quantile * sigma.Length), sigma.Length - 1));
}
