using Innate.Compute;

namespace Innate.Learning;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>Along a line.</summary>
    Linear,

    /// <summary>Along half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts).</summary>
    Cosine,
}

/// <summary>
/// The learning rate as a function of the step: up along a line over the first W steps, at the peak for the next S, then from
/// there down to a final fraction of it.
/// <code>
/// step 1..W:         peak step / W
/// step W+1..W+S:     peak
/// step W+S+1..total: peak (f + (1 - f) d(p)),  p = (step - W - S - 1) / (total - W - S),  d = 1, 1 - p, or (1 + cos(pi p)) / 2
/// </code>
/// No step is wasted on a rate of 0: the first is peak / W, and the fraction f is what the step after the last would have.
/// Warm-up, a long stable stage and a short half-cosine is OctoThinker's shape (arXiv 2506.20512, by secondary source: 200B
/// tokens stable without warm-up, then 20B of decay; how far it falls is not known to us, and a tenth is our choice there).
/// </summary>
internal sealed record LearningRateSchedule
{
    /// <summary>The highest rate.</summary>
    public required double Peak { get; init; }

    /// <summary>W: steps until the peak is reached; 0: it is there at once.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>
    /// S: how long the peak is held before the fall, in the unit of the run: steps, or tokens with <see cref="After"/>.
    /// </summary>
    public double Stable { get; init; }

    /// <summary>How it falls.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Constant;

    /// <summary>f: what is left of the peak at the end, 0 to 1.</summary>
    public double FinalFraction { get; init; }

    /// <summary>The rate of one step.</summary>
    /// <param name="step">From 1; beyond the last, the final fraction.</param>
    /// <param name="total">Steps in the whole run. Where it is not above W + S, the peak is not left any more.</param>
    public double At(long step, long total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (step <= WarmupSteps) return Peak * ((double)step / WarmupSteps);
        return After(step - WarmupSteps - 1, total - WarmupSteps);
    }

    /// <summary>The rate after some work since the warm-up, in any unit: steps, tokens.</summary>
    /// <param name="done">Work done, 0 or more; beyond the whole, the final fraction.</param>
    /// <param name="total">Work in the run after the warm-up. Where it is not above S, the peak is not left any more.</param>
    public double After(double done, double total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(done);
        if (done < Stable || total <= Stable) return Peak;
        double p = Math.Min(1, (done - Stable) / (total - Stable));
        double left = Decay switch
        {
            LearningRateDecay.Linear => 1 - p,
            LearningRateDecay.Cosine => 0.5 * (1 + PortableMath.SinCos(Math.PI * p).Cos),
            _ => 1,
        };
        return Peak * (FinalFraction + ((1 - FinalFraction) * left));
    }
}
