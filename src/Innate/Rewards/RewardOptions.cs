using System.Globalization;
using Innate.Compute;
using Innate.Traces;

namespace Innate.Rewards;

/// <summary>The endogenous reward's parameters (arXiv 2506.23235).</summary>
public sealed record RewardOptions
{
    /// <summary>
    /// Temperature of the soft value V = alpha logsumexp(Q / alpha), from 1e-6 to 1e6: what a trace is asked for with. A reward
    /// of a trace that is there already uses the trace's own.
    /// </summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Discount of later tokens, in [0, 1].</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>The least weight of a token, 0 or more.</summary>
    public double Beta { get; init; }

    /// <summary>
    /// Only so many tokens of a response count, as if it had ended after them; null: all. <see cref="Reward.Compute"/> reads it,
    /// for every reward of traces.
    /// </summary>
    public int? First { get; init; }

    /// <summary>How a process reward model's step scores become a response's reward.</summary>
    public StepRule Steps { get; init; } = StepRule.Min;

    /// <summary>Refuses values outside their ranges.</summary>
    /// <exception cref="InputException">Names the parameter, its range and what was found.</exception>
    public void Check()
    {
        QueryCheck.CheckAlpha(Alpha);
        if (!(Gamma is >= 0 and <= 1))
        {
            throw new InputException(nameof(Gamma), "a number from 0 to 1", Gamma.ToString(CultureInfo.InvariantCulture));
        }

        if (!(Beta >= 0) || double.IsInfinity(Beta))
        {
            throw new InputException(nameof(Beta), "a number of at least 0", Beta.ToString(CultureInfo.InvariantCulture));
        }

        if (First is < 1)
        {
            throw new InputException(
                nameof(First), "a whole number of at least 1", First.Value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>w_h = max(gamma^(h-1), beta) for h = 1..length.</summary>
    /// <param name="length">H, the number of tokens.</param>
    public double[] Weights(int length)
    {
        var weights = new double[length];
        double power = 1;
        for (int h = 0; h < length; h++, power *= Gamma) weights[h] = Math.Max(power, Beta);
        return weights;
    }

    /// <summary>
    /// The first token whose weight is beta, from 0: every later one weighs as much. Null: none is, for the weights do not fall
    /// that far.
    /// </summary>
    internal long? FirstAtFloor()
    {
        if (Beta >= 1) return 0;
        if (Beta == 0 || Gamma == 1) return null;

        // ceil(ln beta / ln gamma), where a quotient that is whole on paper may come out a rounding above.
        return Gamma == 0 ? 1 : (long)Math.Ceiling((PortableMath.Log(Beta) / PortableMath.Log(Gamma)) - 1e-9);
    }
}
