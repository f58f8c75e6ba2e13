using Innate.Compute;
using Innate.Scoring.Grading;

namespace Innate.Reinforcement.Rewards;

/// <summary>What a group's meanings are worth.</summary>
/// <param name="Entropy">The entropy of the meanings in the group, in nats, from 0 to ln G.</param>
/// <param name="Rewards">One a response, from 0 to 1.</param>
internal sealed record SemanticEntropyResult(double Entropy, double[] Rewards);

/// <summary>
/// EMPO (arXiv 2504.05812; confirmed by the authors' code): nobody says what is right, so a response is worth what share of its
/// group means the same:
/// <code>
/// R_i = |responses with i's meaning| / G,  0 without an answer
/// H   = -sum over meanings of share ln share
/// where H is not below ln G (all differ): R = 0 for the whole group
/// </code>
/// A response without an answer counts as a meaning in H. There is no lower bound on H in the code: a group that agrees is kept.
/// </summary>
internal static class SemanticEntropyReward
{
    // Of G shares of 1/G the sum that makes H is not the rounded ln G; one equal pair would lower H by 2 ln 2 / G.
    private const double Tolerance = 1e-9;

    /// <summary>The rewards of a group whose meanings are numbered.</summary>
    /// <param name="meanings">The number of each response's meaning: equal for equal ones, else anything.</param>
    /// <param name="answered">Whether each response has an answer.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static SemanticEntropyResult Compute(ReadOnlySpan<int> meanings, ReadOnlySpan<bool> answered)
    {
        Require.Length(meanings.Length, answered.Length, nameof(answered));
        int[] all = meanings.ToArray();
        Dictionary<int, int> sizes = all.CountBy(m => m).ToDictionary();
        double entropy = 0;
        foreach (int size in sizes.Values)
        {
            double share = (double)size / all.Length;
            entropy -= share * PortableMath.Log(share);
        }

        double[] rewards = new double[all.Length];
        if (entropy >= PortableMath.Log(all.Length) - Tolerance) return new SemanticEntropyResult(entropy, rewards);
        for (int i = 0; i < rewards.Length; i++)
        {
            if (answered[i]) rewards[i] = (double)sizes[all[i]] / all.Length;
        }

        return new SemanticEntropyResult(entropy, rewards);
    }

    /// <summary>
    /// The rewards of a group's answers; equal are those of <see cref="VerifiableAnswer.AreEquivalent"/>. Responses without an
    /// answer share nothing: each is a meaning of its own (ours).
    /// </summary>
    /// <param name="answers">One a response; null where it has none.</param>
    public static SemanticEntropyResult OfAnswers(IReadOnlyList<string?> answers)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        int[] meanings = new int[answers.Count];
        for (int i = 0; i < meanings.Length; i++)
        {
            meanings[i] = answers[i] is not { } answer ? -1 - i : Number(AnswerForm.Of(answer).Key);
        }

        return Compute(meanings, [.. answers.Select(a => a is not null)]);

        int Number(string key) => numbers.TryGetValue(key, out int number) ? number : numbers[key] = numbers.Count;
    }
}
