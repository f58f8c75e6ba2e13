using Innate.Compute;

namespace Innate.Theory;

/// <summary>Distributions over sequences, compared.</summary>
internal static class SequenceWeights
{
    /// <summary>Half the sum of |p - q|.</summary>
    public static double TotalVariation(double[] p, double[] q) => p.Zip(q, (a, b) => Math.Abs(a - b)).Sum() / 2;

    /// <summary>The distribution proportional to p^power.</summary>
    public static double[] Raised(TablePolicy policy, double power)
    {
        double[] logs = [.. policy.Mdp.Sequences.Select(s => power * policy.LogProbs(s).Sum())];
        double norm = LogitRow.SoftMaximum(logs);
        return [.. logs.Select(l => PortableMath.Exp(l - norm))];
    }

    /// <summary>The policy that gives every sequence the same probability.</summary>
    public static TablePolicy Uniform(TokenMdp mdp, double alpha = 1) =>
        new(mdp, new double[mdp.StateCount * mdp.Vocabulary], alpha);
}
