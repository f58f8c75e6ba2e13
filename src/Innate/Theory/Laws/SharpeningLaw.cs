using Innate.Compute;
using Innate.Learning.Objectives;
using Innate.Reinforcement;

namespace Innate.Theory.Laws;

/// <summary>
/// What a reward for agreeing with the majority leads to (arXiv 2603.08660; secondary: abstract and notes). With KL weight beta
/// the regularised optimum raises the majority's mass p, right or wrong:
/// <code>
/// p' = p e^(1/beta) / (p e^(1/beta) + 1 - p),   that is logit p' = logit p + 1 / beta
/// </code>
/// Repeated from where it has come to, it goes to 1. A brake for every reward that nobody labels: such a reward can help only
/// where the majority was right at the start.
/// </summary>
internal static class SharpeningLaw
{
    /// <summary>The majority's mass after some rounds, each with the last one's policy for its reference.</summary>
    /// <param name="mass">p, 0 to 1.</param>
    /// <param name="beta">The weight of the divergence, above 0.</param>
    /// <param name="rounds">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double After(double mass, double beta, int rounds = 1)
    {
        Require.Unit(mass);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);

        // By logits no exponential overflows, however small beta is; 0 and 1 stay where they are.
        return Sigmoid.Of(PortableMath.Log(mass) - PortableMath.Log(1 - mass) + (rounds / beta));
    }
}
