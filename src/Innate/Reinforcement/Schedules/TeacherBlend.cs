using Innate.Learning;

namespace Innate.Reinforcement.Schedules;

/// <summary>
/// How fast the teacher of Co-rewarding II (arXiv 2508.00410; confirmed by the authors' code) follows the policy: less and less,
/// along half a cosine:
/// <code>
/// a_t     = end + 0.5 (start - end) (1 + cos(pi t / T))
/// teacher = (1 - a_t) teacher + a_t policy
/// </code>
/// </summary>
internal sealed record TeacherBlend
{
    /// <summary>a at the first step, above 0 and at most 1.</summary>
    public double Start { get; init; } = 0.01;

    /// <summary>a at step T and beyond, 0 to 1.</summary>
    public double End { get; init; } = 1e-5;

    /// <summary>a_t: the policy's part in the teacher at a step.</summary>
    /// <param name="step">t, from 0.</param>
    /// <param name="total">T, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public double At(long step, long total)
    {
        Require.Unit(Start);
        Require.Unit(End);
        ArgumentOutOfRangeException.ThrowIfZero(Start);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        LearningRateSchedule schedule = new()
        {
            Peak = Start, Decay = LearningRateDecay.Cosine, FinalFraction = End / Start,
        };
        return schedule.At(step + 1, total);
    }
}
