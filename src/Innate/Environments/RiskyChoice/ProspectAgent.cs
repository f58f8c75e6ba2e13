namespace Innate.Environments.RiskyChoice;

/// <summary>
/// People who choose as prospect theory says (Kahneman and Tversky 1979; functions and medians of Tversky and Kahneman 1992):
/// <code>
/// v(x) = x^alpha, or -lambda (-x)^alpha below 0        w(p) = p^gamma / (p^gamma + (1 - p)^gamma)^(1/gamma)
/// V    = sum over outcomes of w(p) v(x)                share who take B = 1 / (1 + e^(V_A - V_B))
/// </code>
/// Alpha, lambda and gamma of 1 are people who look at the mean alone.
/// </summary>
/// <param name="Alpha">How the worth of more falls off, above 0.</param>
/// <param name="Lambda">How much worse a loss is than a gain is good.</param>
/// <param name="Gamma">How small chances are taken for larger ones, above 0.</param>
internal sealed record ProspectAgent(double Alpha = 0.88, double Lambda = 2.25, double Gamma = 0.61)
{
    /// <summary>V.</summary>
    public double Worth(Lottery lottery) => lottery.Outcomes.Sum(o => Weight(o.Chance) * Value(o.Amount));

    /// <summary>The share who take B.</summary>
    public double ShareOfB(RiskyProblem problem) => 1 / (1 + Math.Exp(Worth(problem.A) - Worth(problem.B)));

    /// <summary>w.</summary>
    public double Weight(double chance)
    {
        double own = Math.Pow(chance, Gamma), other = Math.Pow(1 - chance, Gamma);
        return own / Math.Pow(own + other, 1 / Gamma);
    }

    private double Value(double amount) => amount >= 0 ? Math.Pow(amount, Alpha) : -Lambda * Math.Pow(-amount, Alpha);
}
