namespace Innate.Reinforcement.Rewards;

/// <summary>Where an instruction of IFDecorator's flywheel goes.</summary>
internal enum InstructionPool
{
    /// <summary>Solved too often: it gets more constraints, in up to five rounds.</summary>
    Easy,

    /// <summary>It is trained on.</summary>
    Hard,

    /// <summary>A stronger model hardly solves it either: nothing can be learned from it.</summary>
    TooHard,
}

/// <summary>
/// IFDecorator (arXiv 2508.04632; confirmed by the authors' code): instructions with constraints that can be checked, and a gate
/// against those who keep the letter alone.
/// <code>
/// -1  the response has no end token
///  0  a rule fails
///  0  the judge finds that the instruction without its hard constraints was not followed
///  0  the judge finds a soft constraint's checklist not kept
///  1  else
/// </code>
/// A judge that said nothing is a no.
/// </summary>
internal static class IfDecoratorReward
{
    private const string VerdictMark = "Final Verification";

    /// <summary>The reward: -1, 0 or 1.</summary>
    /// <param name="hasEnded">Whether the response has its end token.</param>
    /// <param name="rules">One a hard constraint: whether its rule holds.</param>
    /// <param name="intent">Whether the judge finds the intent met; null: no verdict.</param>
    /// <param name="checklists">One a soft constraint; null: no verdict.</param>
    public static double Compute(
        bool hasEnded, IReadOnlyList<bool> rules, bool? intent, IReadOnlyList<bool?> checklists)
    {
        if (!hasEnded) return -1;
        return rules.All(r => r) && intent == true && checklists.All(c => c == true) ? 1 : 0;
    }

    /// <summary>
    /// What a judge's reply says: whether "yes" follows its last "Final Verification", in any letter case; null where it has
    /// none.
    /// </summary>
    /// <param name="reply">The judge's text.</param>
    public static bool? Verdict(string reply)
    {
        int at = reply.LastIndexOf(VerdictMark, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : reply.AsSpan(at + VerdictMark.Length).Contains("yes", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The pool of an instruction by the base model's pass rate over 8 samples at temperature 1: easy above 1/2. The filter
    /// against those too hard is in the authors' code, and off in their script.
    /// </summary>
    /// <param name="passRate">The base model's, 0 to 1.</param>
    /// <param name="seniorPassRate">A stronger model's; null: the filter is off.</param>
    /// <param name="easyAbove">Above this pass rate an instruction is easy.</param>
    /// <param name="hardBelow">Below this pass rate of the stronger model it is too hard.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate outside [0, 1].</exception>
    public static InstructionPool PoolOf(
        double passRate, double? seniorPassRate = null, double easyAbove = 0.5, double hardBelow = 0.032)
    {
        Require.Unit(passRate);
        if (passRate > easyAbove) return InstructionPool.Easy;
        if (seniorPassRate is not { } senior) return InstructionPool.Hard;
        Require.Unit(senior, nameof(seniorPassRate));
        return senior < hardBelow ? InstructionPool.TooHard : InstructionPool.Hard;
    }
}
