namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of ROVER.</summary>
internal sealed record RoverOptions
{
    /// <summary>rho, above 0: what a nat of log-ratio to the policy that sampled is worth.</summary>
    public double Rho { get; init; } = 1;

    /// <summary>The denominator.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.SequenceMean;
}

/// <summary>ROVER's loss of one response.</summary>
/// <param name="Policy">Loss, and dLoss / d log pi(t) of the tokens that came.</param>
/// <param name="Q">Of the tokens that came.</param>
/// <param name="Targets">What each Q is pulled to.</param>
internal sealed record RoverResult(PolicyResult Policy, double[] Q, double[] Targets);

/// <summary>
/// ROVER (arXiv 2509.24981; confirmed by the paper): the values of the uniformly random policy are enough to find right answers,
/// and many of them. The log-ratio to the policy that sampled is Q, relative to where it started:
/// <code>
/// Q_t(v)   = rho (log pi(v) - log old(v))              for every token v of the vocabulary, in the state of token t
/// target_t = r + mean over v of Q_{t+1}(v),            0 after the last token; not differentiated
/// L        = sum over tokens of w (Q_t(token) - target_t)^2,  w = 1 / (S |y|): over tokens, then over responses
/// dL/dlog pi(t) = 2 w rho (Q_t(token) - target_t)
/// </code>
/// r = R - mean R of the group (<see cref="Advantages.DrGrpoAdvantage"/>), on every token. No clip and no divergence. The mean
/// over the vocabulary needs no row of log-probabilities: it is the mean logit less logsumexp, both of which a trace holds.
/// </summary>
internal static class RoverObjective
{
    /// <summary>One response's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="oldLogProbs">The same tokens' log-probabilities under the policy that sampled them.</param>
    /// <param name="meanLogProbs">The mean over the vocabulary of log pi, in each token's state.</param>
    /// <param name="oldMeanLogProbs">The same under the policy that sampled.</param>
    /// <param name="reward">r: the response's, centred in its group.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Rho and the denominator; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Rho is not above 0, or the batch smaller than the response.</exception>
    public static RoverResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> oldLogProbs, ReadOnlySpan<double> meanLogProbs,
        ReadOnlySpan<double> oldMeanLogProbs, double reward, BatchTotals batch, RoverOptions? options = null)
    {
        options ??= new RoverOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Rho);
        Require.Length(logProbs.Length, oldLogProbs.Length, nameof(oldLogProbs));
        Require.Length(logProbs.Length, meanLogProbs.Length, nameof(meanLogProbs));
        Require.Length(logProbs.Length, oldMeanLogProbs.Length, nameof(oldMeanLogProbs));
        double weight = options.Aggregation.Weight(batch, logProbs.Length), loss = 0, oldKl = 0;
        double[] gradient = new double[logProbs.Length], q = new double[gradient.Length], targets = new double[gradient.Length];
        for (int t = 0; t < gradient.Length; t++)
        {
            q[t] = options.Rho * (logProbs[t] - oldLogProbs[t]);
            targets[t] = reward;
            if (t + 1 < gradient.Length) targets[t] += options.Rho * (meanLogProbs[t + 1] - oldMeanLogProbs[t + 1]);
            double error = q[t] - targets[t];
            loss += weight * error * error;
            gradient[t] = 2 * weight * options.Rho * error;
            oldKl += ClippedRatio.OldKl(logProbs[t] - oldLogProbs[t]);
        }

        return new RoverResult(
            new PolicyResult(loss, gradient, new PolicyStatistics(gradient.Length, 0, oldKl, 0)), q, targets);
    }
}
