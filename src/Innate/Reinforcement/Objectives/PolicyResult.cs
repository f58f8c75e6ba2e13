namespace Innate.Reinforcement.Objectives;

/// <summary>A policy objective's loss of one response, and its gradient.</summary>
/// <param name="Loss">To be minimised. The response's part of the batch's: the parts add up to it.</param>
/// <param name="LogProbGradient">dLoss / d log pi(t), one number a token; the model's backward starts from it.</param>
/// <param name="Statistics">Of the clip and the divergences.</param>
internal sealed record PolicyResult(double Loss, double[] LogProbGradient, PolicyStatistics Statistics);

/// <summary>Counts and sums over tokens, so that those of a batch's parts add up; the means are over the tokens added.</summary>
/// <param name="Tokens">Tokens seen.</param>
/// <param name="Clipped">Of these, tokens whose gradient a clip took away.</param>
/// <param name="OldKlSum">Sum over tokens of k3 = rho - 1 - ln rho, rho = pi / old, in nats.</param>
/// <param name="ReferenceKlSum">Sum over tokens of the estimated divergence from the reference, in nats; 0 without one.</param>
internal readonly record struct PolicyStatistics(long Tokens, long Clipped, double OldKlSum, double ReferenceKlSum)
{
    /// <summary>The share of tokens whose gradient a clip took away.</summary>
    public double ClipFraction => Tokens == 0 ? 0 : (double)Clipped / Tokens;

    /// <summary>How far the policy is from the one that sampled, KL(old || pi), nats a token; never negative.</summary>
    public double ApproximateKl => Tokens == 0 ? 0 : OldKlSum / Tokens;

    /// <summary>How far the policy is from its reference, nats a token.</summary>
    public double ReferenceKl => Tokens == 0 ? 0 : ReferenceKlSum / Tokens;

    /// <summary>Both parts together.</summary>
    public static PolicyStatistics operator +(PolicyStatistics a, PolicyStatistics b) => new(
        a.Tokens + b.Tokens, a.Clipped + b.Clipped, a.OldKlSum + b.OldKlSum, a.ReferenceKlSum + b.ReferenceKlSum);
}
