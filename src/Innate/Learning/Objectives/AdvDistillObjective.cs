using Innate.Compute;
using Innate.Scoring.Expressions;

namespace Innate.Learning.Objectives;

/// <summary>The numbers of AdvDistill. The paper's exact loss is not known to us; these are ours.</summary>
internal sealed record AdvDistillOptions
{
    /// <summary>tau, above 0: how evenly a prompt's responses are weighed.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What is added to the standard deviation, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>lambda, 0 or more: the weight of unlearning wrong responses; 0: none.</summary>
    public double WrongWeight { get; init; }

    /// <summary>The mean negative log-likelihood, nats a token, beyond which a wrong one is unlikely enough; above 0.</summary>
    public double WrongCap { get; init; } = 5;
}

/// <summary>One prompt's part of the batch's loss.</summary>
/// <param name="Loss">To be minimised. The prompt's part of the batch's: the parts add up to it.</param>
/// <param name="LogProbGradients">dLoss / d log pi(t): one array a response, one number a token.</param>
/// <param name="Advantages">A: one a response.</param>
/// <param name="Weights">w: one a response; they add up to 1.</param>
internal sealed record AdvDistillResult(double Loss, double[][] LogProbGradients, double[] Advantages, double[] Weights);

/// <summary>
/// Distillation by advantage (AdvDistill, arXiv 2507.00054; secondary: several responses of a teacher a prompt, whose rewards,
/// compared within the group, weigh the student's loss; the formula is ours). The mean over the batch's P prompts:
/// <code>
/// A_i = (R_i - mean R) / (std R + epsilon)          std unbiased, over the prompt's G responses
/// w   = softmax(A / tau)                            1 / G each where the rewards are all equal
/// L   = (1/P) sum over prompts of (sum_i w_i n_i - lambda mean over wrong i of min(n_i, cap)),  n_i = -mean log pi(t)
/// dL/dlog pi(t) = -w_i / (P |y_i|),  of a wrong one + lambda / (P wrong |y_i|) as long as n_i is below the cap
/// </code>
/// With rewards of 0 and 1 it is a soft rejection sampler: right weigh exp(1 / (std tau)) times as much as wrong.
/// </summary>
internal static class AdvDistillObjective
{
    /// <summary>One prompt's part of the batch's loss.</summary>
    /// <param name="rewards">One a response of the teacher.</param>
    /// <param name="logProbs">The student's log pi (nats): one array a response, one number a token; none is empty.</param>
    /// <param name="batchPrompts">P: prompts in the whole batch.</param>
    /// <param name="options">Temperature and unlearning; null: the defaults.</param>
    /// <param name="wrong">Whether each response is wrong; may be empty where nothing is unlearned.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No prompts, an empty response, or an option out of range.</exception>
    public static AdvDistillResult Compute(
        ReadOnlySpan<double> rewards, IReadOnlyList<double[]> logProbs, int batchPrompts, AdvDistillOptions? options = null,
        ReadOnlySpan<bool> wrong = default)
    {
        options ??= new AdvDistillOptions();
        Check(options, rewards.Length, logProbs, batchPrompts, wrong.Length);
        double[] advantages = GroupNormal.Of(rewards, options.Epsilon);
        double[] weights = [.. LogitRow.LogProbabilities([.. advantages.Select(a => a / options.Temperature)])
            .Select(PortableMath.Exp)];
        int wrongs = wrong.Count(true);
        double[][] gradients = new double[logProbs.Count][];
        double loss = 0;
        for (int i = 0; i < gradients.Length; i++)
        {
            double nll = -logProbs[i].Sum() / logProbs[i].Length, slope = weights[i];
            loss += weights[i] * nll / batchPrompts;
            if (options.WrongWeight > 0 && wrong[i])
            {
                double share = options.WrongWeight / wrongs;
                loss -= share * Math.Min(nll, options.WrongCap) / batchPrompts;
                if (nll < options.WrongCap) slope -= share;
            }

            gradients[i] = new double[logProbs[i].Length];
            Array.Fill(gradients[i], -slope / ((double)batchPrompts * gradients[i].Length));
        }

        return new AdvDistillResult(loss, gradients, advantages, weights);
    }

    private static void Check(
        AdvDistillOptions options, int responses, IReadOnlyList<double[]> logProbs, int batchPrompts, int flags)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchPrompts, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epsilon);
        ArgumentOutOfRangeException.ThrowIfNegative(options.WrongWeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.WrongCap);
        if (logProbs.Count != responses)
        {
            throw new ArgumentException($"logProbs: expected {responses} responses, found {logProbs.Count}.", nameof(logProbs));
        }

        if (flags != responses && (flags != 0 || options.WrongWeight > 0))
        {
            throw new ArgumentException($"wrong: expected {responses} flags, found {flags}.", nameof(flags));
        }

        foreach (double[] response in logProbs) ArgumentOutOfRangeException.ThrowIfZero(response.Length, nameof(logProbs));
    }
}
