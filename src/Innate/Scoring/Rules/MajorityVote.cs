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
        Dictionary<string, int> votes = new(StringComparer.Ordinal);
        foreach (string? key in keys)
        {
            if (key is not null) votes[key] = votes.GetValueOrDefault(key) + 1;
        }

        if (votes.Count == 0) return new MajorityResult(null, 0, new double[keys.Length]);
        int most = votes.Values.Max(), first = Array.FindIndex(keys, k => k is not null && votes[k] == most);
        double[] rewards = [.. keys.Select(k => k == keys[first] ? 1.0 : 0.0)];
        return new MajorityResult(answers[first], (double)most / keys.Length, rewards);
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
