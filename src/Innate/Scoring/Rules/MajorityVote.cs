using Innate.Scoring.Grading;

namespace Innate.Scoring.Rules;

/// <summary>What a group agreed on.</summary>
/// <param name="Label">The most frequent answer, as it was first written; null where no response has an answer.</param>
/// <param name="LabelShare">The label's share of all responses, those without an answer counted.</param>
/// <param name="Rewards">1 for each response whose answer is the label's equal, else 0.</param>
internal sealed record MajorityResult(string? Label, double LabelShare, double[] Rewards);

/// <summary>
/// Test-time reinforcement learning's reward (TTRL, arXiv 2504.16084): with nobody to say what is right, the most frequent answer
/// of the group is taken for it. A wrong majority locks in: watch the label's share beside a few known answers.
/// </summary>
internal static class MajorityVote
{
    /// <summary>
    /// The vote over answers; equal are those of <see cref="VerifiableAnswer.AreEquivalent"/>; a tie goes to the first seen.
    /// </summary>
    /// <param name="answers">One a response of the group; null where it has none.</param>
    public static MajorityResult Compute(IReadOnlyList<string?> answers)
    {
        string?[] keys = [.. answers.Select(a => a is null ? null : AnswerForm.Of(a).Key)];
        if (Elect(keys) is not { } elected) return new MajorityResult(null, 0, new double[keys.Length]);
        double[] rewards = [.. keys.Select(k => k == keys[elected.First] ? 1.0 : 0.0)];
        return new MajorityResult(answers[elected.First], (double)elected.Votes / keys.Length, rewards);
    }

    /// <summary>The vote over keys, which are equal where their letters are; a tie goes to the first seen.</summary>
    /// <param name="keys">One a voter; null where it casts no vote.</param>
    /// <returns>The place of the winner's first vote, and its votes; null where nobody votes.</returns>
    public static (int First, int Votes)? Elect(IReadOnlyList<string?> keys)
    {
        Dictionary<string, int> votes = new(StringComparer.Ordinal);
        foreach (string? key in keys)
        {
            if (key is not null) votes[key] = votes.GetValueOrDefault(key) + 1;
        }

        if (votes.Count == 0) return null;
        int most = votes.Values.Max(), first = 0;
        while (keys[first] is not { } key || votes[key] < most) first++;
        return (first, most);
    }

    /// <summary>1 for each answer that is the label's equal, else 0: where others than the group itself voted.</summary>
    /// <param name="label">What others agreed on; null: they have no answer, and nobody is right.</param>
    /// <param name="answers">One a response of the group; null where it has none.</param>
    public static double[] Against(string? label, IReadOnlyList<string?> answers) =>
        [.. answers.Select(a => a is not null && label is not null && VerifiableAnswer.AreEquivalent(a, label) ? 1.0 : 0.0)];

    /// <summary>The vote over whole responses: each one's answer is <see cref="VerifiableAnswer.Extract"/>'s.</summary>
    /// <param name="responses">The group's texts.</param>
    /// <param name="boxOnly">Whether only boxed answers vote.</param>
    public static MajorityResult OfResponses(IEnumerable<string> responses, bool boxOnly = false) =>
        Compute([.. responses.Select(r => VerifiableAnswer.Extract(r, boxOnly)?.Text)]);
}
