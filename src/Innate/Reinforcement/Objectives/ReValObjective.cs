namespace Innate.Reinforcement.Objectives;

/// <summary>The numbers of ReVal.</summary>
internal sealed record ReValOptions
{
    /// <summary>
    /// beta, above 0: nats of log-ratio that a unit of reward is worth. It goes with the length of responses: 0.02 for 600
    /// tokens, 0.002 for 5000.
    /// </summary>
    public double Beta { get; init; } = 0.02;
}

/// <summary>A Bellman residual's loss of one response, and its gradients.</summary>
/// <param name="Policy">Loss, and dLoss / d log pi(t): the same number at every token, for the loss sees only their sum.</param>
/// <param name="Residual">r / beta minus what the model says of the response.</param>
/// <param name="PromptValueGradient">
/// dLoss / dV at the last token of the prompt, V = logsumexp of its logits z; dV/dz = softmax(z). It is to be added to what the
/// first token's log-probability, which has the same logits, brings.
/// </param>
internal sealed record BellmanResult(PolicyResult Policy, double Residual, double PromptValueGradient);

/// <summary>
/// ReVal (arXiv 2603.23355; confirmed by the paper): the policy's logits are a soft Q-function, and its Bellman residuals along a
/// response telescope into one number, so the loss is a square and responses of any policy will do (see
/// <see cref="Schedules.ReplayPlan"/>). With V the value at the prompt's end and d = sum over tokens of (log pi(t) - log ref(t)):
/// <code>
/// e = r / beta - (V - V_ref) - d          r = R - mean R of the group: Advantages.DrGrpoAdvantage
/// L = (1/S) sum over the batch's S responses of e^2
/// dL/dlog pi(t) = dL/dV = -(2/S) e
/// </code>
/// Where the policy is still its reference e is r / beta, and its mean over a group 0: the calibrated start. The reference is set
/// to the policy every 200 steps. Centred rewards were best; rewards of +-1 hurt.
/// <para>
/// Trajectory Bellman residual minimization (TBRM, arXiv 2505.15311; by ReVal's paper) is the same with V in the place of
/// V - V_ref: at the start e carries an offset of V, and all responses are pushed down together.
/// </para>
/// </summary>
internal static class ReValObjective
{
    /// <summary>Steps after which the reference is set to the policy.</summary>
    public const int ReferenceSteps = 200;

    /// <summary>One response's part of the batch's loss; an empty response's is 0.</summary>
    /// <param name="logProbs">log pi (nats): one a token of the response.</param>
    /// <param name="referenceLogProbs">The same tokens' log-probabilities under the reference.</param>
    /// <param name="promptValue">V at the prompt's end under the policy, in nats.</param>
    /// <param name="referencePromptValue">V_ref: the same under the reference.</param>
    /// <param name="reward">r: the response's, centred in its group.</param>
    /// <param name="batch">The whole batch's totals.</param>
    /// <param name="options">Beta; null: the default.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Beta is not above 0, or the batch smaller than the response.</exception>
    public static BellmanResult Compute(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> referenceLogProbs, double promptValue, double referencePromptValue,
        double reward, BatchTotals batch, ReValOptions? options = null)
    {
        options ??= new ReValOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Beta);
        Require.Length(logProbs.Length, referenceLogProbs.Length, nameof(referenceLogProbs));
        double weight = Aggregation.SequenceSum.Weight(batch, logProbs.Length), ratio = 0;
        for (int t = 0; t < logProbs.Length; t++) ratio += logProbs[t] - referenceLogProbs[t];
        double residual = (reward / options.Beta) - (promptValue - referencePromptValue) - ratio;
        double slope = -2 * weight * residual;
        double[] gradient = new double[logProbs.Length];
        Array.Fill(gradient, slope);
        PolicyStatistics statistics = new(gradient.Length, 0, 0, ratio);
        return new BellmanResult(new PolicyResult(weight * residual * residual, gradient, statistics), residual, slope);
    }

    /// <summary>TBRM: ReVal without a reference for the prompt's value.</summary>
    /// <inheritdoc cref="Compute"/>
    public static BellmanResult Uncalibrated(
        ReadOnlySpan<double> logProbs, ReadOnlySpan<double> referenceLogProbs, double promptValue, double reward,
        BatchTotals batch, ReValOptions? options = null) =>
        Compute(logProbs, referenceLogProbs, promptValue, 0, reward, batch, options);
}
