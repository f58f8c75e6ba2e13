using Innate.Compute;

namespace Innate.Judges;

/// <summary>What a model's next token says to "is the answer correct (Yes/No)?".</summary>
/// <param name="Yes">p(Yes) over the whole vocabulary: the paper's score.</param>
/// <param name="YesOfBoth">p(Yes) / (p(Yes) + p(No)): it hides what goes to other tokens. Report both.</param>
/// <param name="LogYes">ln p(Yes), in nats.</param>
internal readonly record struct GenRmReading(double Yes, double YesOfBoth, double LogYes);

/// <summary>What N critiques of one solution say.</summary>
/// <param name="Mean">The mean of p(Yes): the paper's score.</param>
/// <param name="HardShare">The share of critiques with p(Yes) above 1/2, for contrast: a vote of verdicts.</param>
internal readonly record struct GenRmAverage(double Mean, double HardShare);

/// <summary>
/// GenRM (arXiv 2408.15240, secondary): a verifier whose score is a next token's probability.
/// <code>
/// direct: R = p(Yes | x, y, question)
/// CoT:    R = mean_n p(Yes | x, y, critique_n, question)
/// </code>
/// What is called a majority vote there is a mean of probabilities, not of verdicts. <see cref="GenerativeVerifier"/> asks a
/// model and reads the share of both labels.
/// </summary>
internal static class GenRmScore
{
    /// <summary>The direct score.</summary>
    /// <param name="logits">One a token of the vocabulary.</param>
    /// <param name="yes">The id of "Yes", spelt as the model would.</param>
    /// <param name="no">The id of "No"; another one.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id outside the vocabulary.</exception>
    /// <exception cref="ArgumentException">The two ids are one.</exception>
    public static GenRmReading Direct(ReadOnlySpan<double> logits, int yes, int no)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(yes);
        ArgumentOutOfRangeException.ThrowIfNegative(no);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(yes, logits.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(no, logits.Length);
        if (yes == no) throw new ArgumentException($"no: expected another id than yes, found {no} for both.", nameof(no));
        double log = LogitRow.LogProbabilities(logits)[yes];
        return new GenRmReading(PortableMath.Exp(log), OfBoth(logits[yes], logits[no]), log);
    }

    /// <summary>The score over critiques.</summary>
    /// <param name="yes">p(Yes) after each critique, 0 to 1; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No critique, or a number outside [0, 1].</exception>
    public static GenRmAverage Average(ReadOnlySpan<double> yes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(yes.Length, nameof(yes));
        double sum = 0;
        int above = 0;
        foreach (double p in yes)
        {
            Require.Unit(p, nameof(yes));
            sum += p;
            if (p > 0.5) above++;
        }

        return new GenRmAverage(sum / yes.Length, (double)above / yes.Length);
    }

    /// <summary>The first's share of the two: softmax over two numbers, logits or log-probabilities alike.</summary>
    /// <param name="first">A logit, or a log-probability in nats.</param>
    /// <param name="second">Another; one of the two may be minus infinity.</param>
    public static double OfBoth(double first, double second) =>
        PortableMath.Exp(LogitRow.LogProbabilities([first, second])[0]);
}
