using Innate.Compute;

namespace Innate.Verifiers;

/// <summary>What speaks for each candidate of the next step.</summary>
/// <param name="ModelScores">exp of the mean log-probability of each candidate's tokens, 0 to 1.</param>
/// <param name="DiscriminatorShares">softmax of the discriminator's scores over the candidates.</param>
/// <param name="Scores">Both, blended.</param>
/// <param name="Chosen">The place of the highest; a tie goes to the first.</param>
internal sealed record GuidedStepResult(
    double[] ModelScores, double[] DiscriminatorShares, double[] Scores, int Chosen);

/// <summary>
/// GRACE's decoding (arXiv 2305.14934; confirmed by the authors' code): of J sampled candidates for the next step the one is
/// taken that maximises
/// <code>
/// score_j = (1 - beta) exp(mean_t log p(t)) + beta softmax_j(d),  d the discriminator's scores
/// </code>
/// J is 20, beta 0.1 in the scripts (0.85 where the code is given none). The model's part is not divided by the candidates',
/// so beta weighs the discriminator less the more candidates there are: 1 / J of it falls to each.
/// </summary>
internal static class GuidedStep
{
    /// <summary>The scores of all candidates, and the choice.</summary>
    /// <param name="tokenLogProbs">One array a candidate: its tokens' log-probabilities in nats, at least one each.</param>
    /// <param name="discriminator">d: one a candidate.</param>
    /// <param name="beta">The discriminator's share, 0 to 1.</param>
    /// <param name="allAnswer">
    /// Whether every candidate already has the mark of the final answer: the discriminator, made for steps, is then not asked.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No candidate, one without a token, beta outside [0, 1].</exception>
    public static GuidedStepResult Choose(
        IReadOnlyList<double[]> tokenLogProbs, ReadOnlySpan<double> discriminator, double beta, bool allAnswer = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokenLogProbs.Count, nameof(tokenLogProbs));
        Require.Length(tokenLogProbs.Count, discriminator.Length, nameof(discriminator));
        Require.Unit(beta);
        double[] logShares = LogitRow.LogProbabilities(discriminator);
        int n = logShares.Length;
        double[] model = new double[n], shares = new double[n], scores = new double[n];
        double weight = allAnswer ? 0 : beta;
        int chosen = 0;
        for (int j = 0; j < n; j++)
        {
            ArgumentOutOfRangeException.ThrowIfZero(tokenLogProbs[j].Length, nameof(tokenLogProbs));
            double sum = 0;
            foreach (double logProb in tokenLogProbs[j]) sum += logProb;
            model[j] = PortableMath.Exp(sum / tokenLogProbs[j].Length);
            shares[j] = PortableMath.Exp(logShares[j]);
            scores[j] = ((1 - weight) * model[j]) + (weight * shares[j]);
            if (scores[j] > scores[chosen]) chosen = j;
        }

        return new GuidedStepResult(model, shares, scores, chosen);
    }
}
