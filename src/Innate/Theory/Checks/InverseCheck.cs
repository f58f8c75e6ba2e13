namespace Innate.Theory.Checks;

/// <summary>
/// The inverse soft Bellman operator (arXiv 2506.23235): from the soft Q of a reward's own optimum, r(s, a) = Q(s, a) - V(s')
/// gives that reward back, token by token.
/// </summary>
internal static class InverseCheck
{
    /// <summary>Random true rewards, their experts, and the reward read back from the expert's logits.</summary>
    public static CheckResult Run(TheoryOptions options)
    {
        double error = 0, size = 0;
        int count = 0;
        foreach (TablePolicy shape in options.RandomPolicies("inverse", 3 * options.Trials))
        {
            RewardTable truth = RewardTable.Random(shape.Mdp, options.Key("inverse-reward", count++));
            RewardTable found = RewardTable.Endogenous(SoftValueIteration.Solve(truth, shape.Alpha), options.Reward);
            for (int i = 0; i < truth.Values.Length; i++)
            {
                error = Math.Max(error, Math.Abs(truth.Values[i] - found.Values[i]));
                size = Math.Max(size, Math.Abs(truth.Values[i]));
            }
        }

        return new CheckResult
        {
            Name = "Inverse",
            Claim = "The endogenous reward of an expert's soft Q-function is the reward that the expert was made for.",
            Source = "arXiv 2506.23235, the inverse soft Bellman operator",
            Findings =
            [
                new Finding("|r* - (Q* - V*')|, largest of a token", error, Relation.AtMost, 1e-9, Standing.Claimed),
                new Finding("largest reward compared: not all are 0", size, Relation.AtLeast, 0.5, Standing.Derived),
            ],
            Notes = $"{count} random processes of 2 to 4 tokens and 1 to 5 steps, rewards drawn from [0, 1), alpha of 0.25 to 2.",
        };
    }

}
