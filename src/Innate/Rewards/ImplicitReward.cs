using Innate.Traces;

namespace Innate.Rewards;

/// <summary>
/// The implicit reward of preference optimisation (DPO, arXiv 2305.18290): the log-ratio sum_h (log pi(a_h | s_h) -
/// log pi_ref(a_h | s_h)). DPO's factor beta and its log Z(x) do not change a ranking and are left out.
/// </summary>
public static class ImplicitReward
{
    /// <summary>Per token the log-ratio in nats; the value is their sum.</summary>
    /// <param name="trace">The model's trace.</param>
    /// <param name="reference">The reference model's trace of the same tokens.</param>
    /// <exception cref="ArgumentException">The traces are of different tokens.</exception>
    public static RewardResult Compute(TokenTrace trace, TokenTrace reference)
    {
        if (!trace.Tokens.AsSpan().SequenceEqual(reference.Tokens))
        {
            throw new ArgumentException("The two traces are of different tokens.");
        }

        var perToken = new double[trace.Length];
        for (int h = 0; h < perToken.Length; h++) perToken[h] = trace.LogProbability[h] - reference.LogProbability[h];
        return new RewardResult(perToken.Sum(), perToken);
    }
}
