namespace Innate.Scoring.Grading;

/// <summary>LaTeX's commands that stand for something that can be reckoned with.</summary>
internal static class FormulaNames
{
    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp",
    };

    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "frac", "sqrt", "binom", "pi", "infty", "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta",
            "theta",
        "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta",
        "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega", "ell",
    };

    public static bool IsFunction(string name) => Functions.Contains(name);

    /// <summary>Whether a factor of a product may begin with it.</summary>
    public static bool IsValue(string name) => Values.Contains(name) || Functions.Contains(name);
}
