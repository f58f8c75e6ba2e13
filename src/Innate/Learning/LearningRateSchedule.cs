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
/// The learning rate as a function of the step: up along a line over the first W steps, then from the peak down to a final
/// fraction of it.
/// <code>
/// step 1..W:      peak step / W
/// step W+1..total: peak (f + (1 - f) d(p)),  p = (step - W - 1) / (total - W),  d = 1, 1 - p, or (1 + cos(pi p)) / 2
/// </code>
/// No step is wasted on a rate of 0: the first is peak / W, and the fraction f is what the step after the last would have.
/// </summary>
internal sealed record LearningRateSchedule
{
    /// <summary>The highest rate.</summary>
    public required double Peak { get; init; }

    /// <summary>W: steps until the peak is reached; 0: it is there at once.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>How it falls.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Constant;

    /// <summary>f: what is left of the peak at the end, 0 to 1.</summary>
    public double FinalFraction { get; init; }

    /// <summary>The rate of one step.</summary>
    /// <param name="step">From 1; beyond the last, the final fraction.</param>
    /// <param name="total">Steps in the whole run. Where it is not above W, the peak is not left any more.</param>
    public double At(long step, long total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (step <= WarmupSteps) return Peak * ((double)step / WarmupSteps);
        if (total <= WarmupSteps) return Peak;
        double p = Math.Min(1, (step - WarmupSteps - 1) / (double)(total - WarmupSteps));
        double left = Decay switch
        {
            LearningRateDecay.Linear => 1 - p,
            LearningRateDecay.Cosine => 0.5 * (1 + PortableMath.SinCos(Math.PI * p).Cos),
            _ => 1,
        };
        return Peak * (FinalFraction + ((1 - FinalFraction) * left));
    }
}
