using Innate.Learning.Objectives;

namespace Innate.Reinforcement.Objectives;

/// <summary>One prompt's part of the batch's loss.</summary>
/// <param name="Loss">To be minimised. The prompt's part of the batch's: the parts add up to it.</param>
/// <param name="LogProbGradients">dLoss / d log pi(t): one array a response, one number a token.</param>
/// <param name="Pairs">Pairs of a right and a wrong response; 0: the prompt was skipped.</param>
internal sealed record GroupDpoResult(double Loss, double[][] LogProbGradients, int Pairs);

/// <summary>
/// Group direct preference optimization (arXiv 2506.21495; confirmed by the paper and its trainer's code): every right response
/// of a prompt against every wrong one, where semi-online DPO (<see cref="RolloutPair"/>) takes one pair. The mean over the
/// batch's P prompts:
/// <code>
/// d_i = sum over i's tokens of (log pi(t) - log ref(t))
/// L   = (1/P) sum over prompts of the mean over their pairs of -log sigmoid(beta (d_right - d_wrong))
/// dL/dlog pi(t) = -+(beta / (P pairs)) sum over i's pairs of sigmoid(-beta (d_right - d_wrong)),  - for right ones, + for wrong
/// </code>
/// A prompt whose responses are all right or all wrong is skipped: it has loss 0, and P should not count it. The paper's beta is
/// 0.1 for mathematics with a rate of 1e-6, AdamW's epsilon 1e-4 (large on purpose) and gradients clipped to 0.1; for open-ended
/// tasks 0.01.
/// </summary>
internal static class GroupDpoObjective
{
    /// <summary>One prompt's part of the batch's loss.</summary>
    /// <param name="logProbs">log pi (nats): one array a response, one number a token.</param>
    /// <param name="referenceLogProbs">The reference's log-probability of each response: the sum over its tokens.</param>
    /// <param name="correct">Whether each response is right.</param>
    /// <param name="batchPrompts">P: prompts of the batch that have a pair.</param>
    /// <param name="options">Beta and label smoothing; null: the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No prompts, beta not above 0, smoothing outside [0, 0.5).</exception>
    public static GroupDpoResult Compute(
        IReadOnlyList<double[]> logProbs, ReadOnlySpan<double> referenceLogProbs, ReadOnlySpan<bool> correct,
        int batchPrompts, DpoOptions? options = null)
    {
        Require.Length(logProbs.Count, correct.Length, nameof(correct));
        List<(int Right, int Wrong)> pairs = [];
        for (int i = 0; i < correct.Length; i++)
        {
            for (int j = 0; j < correct.Length; j++)
            {
                if (correct[i] && !correct[j]) pairs.Add((i, j));
            }
        }

        return OfPairs(logProbs, referenceLogProbs, pairs, batchPrompts, options);
    }

    /// <summary>The same where not all of a prompt's pairs are taken: the mean over these.</summary>
    /// <param name="logProbs">log pi (nats): one array a response, one number a token.</param>
    /// <param name="referenceLogProbs">The reference's log-probability of each response: the sum over its tokens.</param>
    /// <param name="pairs">The places of the better and of the worse response of each.</param>
    /// <param name="batchPrompts">P: prompts of the batch that have a pair.</param>
    /// <param name="options">Beta and label smoothing; null: the defaults.</param>
    /// <inheritdoc cref="Compute" path="/exception"/>
    public static GroupDpoResult OfPairs(
        IReadOnlyList<double[]> logProbs, ReadOnlySpan<double> referenceLogProbs,
        IReadOnlyList<(int Right, int Wrong)> pairs, int batchPrompts, DpoOptions? options = null)
    {
        Require.Length(logProbs.Count, referenceLogProbs.Length, nameof(referenceLogProbs));
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPrompts, 1);
        double loss = 0;
        double[][] gradients = [.. logProbs.Select(l => new double[l.Length])];
        foreach ((int right, int wrong) in pairs)
        {
            PairResult pair = DpoObjective.Compute(
                logProbs[right], logProbs[wrong], referenceLogProbs[right], referenceLogProbs[wrong],
                checked(pairs.Count * batchPrompts), options);
            loss += pair.Loss;
            Add(pair.ChosenGradient, gradients[right]);
            Add(pair.RejectedGradient, gradients[wrong]);
        }

        return new GroupDpoResult(loss, gradients, pairs.Count);
    }

    private static void Add(double[] part, double[] sum)
    {
        for (int t = 0; t < sum.Length; t++) sum[t] += part[t];
    }
}
