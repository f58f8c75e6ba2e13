using Innate.Scoring.Rules;

namespace Innate.Reinforcement.Rewards;

/// <summary>What two groups of one question are worth by each other's majority.</summary>
/// <param name="OriginalLabel">The majority's answer to the original question; null where nobody answers.</param>
/// <param name="RephrasedLabel">The same of the rephrased question.</param>
/// <param name="OriginalRewards">1 for each answer to the original question that is <see cref="RephrasedLabel"/>, else 0.</param>
/// <param name="RephrasedRewards">1 for each answer to the rephrased one that is <see cref="OriginalLabel"/>, else 0.</param>
internal sealed record ExchangedLabelsResult(
    string? OriginalLabel, string? RephrasedLabel, double[] OriginalRewards, double[] RephrasedRewards);

/// <summary>
/// Co-rewarding (arXiv 2508.00410; confirmed by the authors' code): as <see cref="MajorityVote"/>, but what a group is held to is
/// said by others, so that it cannot lock in on its own mistake:
/// <code>
/// I   R(original, i)  = 1 where the answer is the majority's on the rephrased question, else 0; and the other way round
/// II  R(policy, i)    = 1 where the answer is the majority's of a slowly moving teacher's rollouts, else 0
/// </code>
/// The teacher of II follows by <see cref="Schedules.TeacherBlend"/>. A tie goes to the first seen (ours). It presumes that
/// rephrasing a question does not change its answer.
/// </summary>
internal static class ExchangedLabels
{
    /// <summary>Co-rewarding I: two groups, each held to the other's label.</summary>
    /// <param name="original">Answers to the original question; null where a response has none.</param>
    /// <param name="rephrased">Answers to the rephrased question.</param>
    public static ExchangedLabelsResult Compute(IReadOnlyList<string?> original, IReadOnlyList<string?> rephrased)
    {
        string? first = MajorityVote.Compute(original).Label, second = MajorityVote.Compute(rephrased).Label;
        return new ExchangedLabelsResult(
            first, second, MajorityVote.Against(second, original), MajorityVote.Against(first, rephrased));
    }

    /// <summary>Co-rewarding II: the policy's group, held to the teacher's label.</summary>
    /// <param name="policy">Answers of the policy's responses; null where a response has none.</param>
    /// <param name="teacher">Answers of the teacher's.</param>
    public static double[] OfTeacher(IReadOnlyList<string?> policy, IReadOnlyList<string?> teacher) =>
        MajorityVote.Against(MajorityVote.Compute(teacher).Label, policy);
}
