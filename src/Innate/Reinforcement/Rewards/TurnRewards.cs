namespace Innate.Reinforcement.Rewards;

/// <summary>What a turn is for.</summary>
internal enum TurnRole
{
    /// <summary>It answers the question.</summary>
    Answer,

    /// <summary>It says whether the answer before it is right.</summary>
    Verify,
}

/// <summary>One turn's own reward.</summary>
/// <param name="Role">What the turn is for.</param>
/// <param name="Reward">It stands on the turn's last token.</param>
internal readonly record struct TurnReward(TurnRole Role, double Reward);

/// <summary>
/// The rewards of a trajectory that answers, verifies its answer and answers again (policy as generative verifier, PAG, arXiv
/// 2506.10406, confirmed by code), with acc_t the t-th answer's correctness:
/// <code>
/// first answer   acc_1
/// verdict        1 where it is right, else 0
/// later answer   acc_t + c (acc_t - acc_{t-1}),  c = 1
/// </code>
/// c is 1 in the authors' scripts and 10 in their class, where it dominates the outcome. <see cref="Advantages.RoleAdvantage"/>
/// takes it from here.
/// </summary>
internal static class TurnRewards
{
    /// <summary>c: what a change of the answer counts for.</summary>
    public const double DefaultShaping = 1;

    /// <summary>The turns in order: answer, verdict, answer, ...</summary>
    /// <param name="accuracies">acc: one an answer.</param>
    /// <param name="verdicts">1 where a verdict is right, else 0: one between two answers, one or none after the last.</param>
    /// <param name="shaping">c.</param>
    /// <exception cref="ArgumentException">The verdicts do not go with the answers.</exception>
    public static IReadOnlyList<TurnReward> Compute(
        ReadOnlySpan<double> accuracies, ReadOnlySpan<double> verdicts, double shaping = DefaultShaping)
    {
        int least = Math.Max(0, accuracies.Length - 1);
        if (verdicts.Length < least || verdicts.Length > accuracies.Length)
        {
            throw new ArgumentException(
                $"verdicts: expected {least} or {accuracies.Length}, found {verdicts.Length}.", nameof(verdicts));
        }

        List<TurnReward> turns = [];
        for (int t = 0; t < accuracies.Length; t++)
        {
            double change = t == 0 ? 0 : accuracies[t] - accuracies[t - 1];
            turns.Add(new TurnReward(TurnRole.Answer, accuracies[t] + (shaping * change)));
            if (t < verdicts.Length) turns.Add(new TurnReward(TurnRole.Verify, verdicts[t]));
        }

        return turns;
    }
}
