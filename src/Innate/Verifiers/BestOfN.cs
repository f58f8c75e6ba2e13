using Innate.Scoring.Grading;
using Innate.Scoring.Rules;

namespace Innate.Verifiers;

/// <summary>An answer of a group, and what speaks for it.</summary>
/// <param name="Answer">As it was first written.</param>
/// <param name="First">The place of the first response with it, from 0.</param>
/// <param name="Votes">How many responses have it.</param>
/// <param name="Weight">The sum of their scores.</param>
internal sealed record AnswerGroup(string Answer, int First, int Votes, double Weight);

/// <summary>What each rule chooses of N scored responses; a tie goes to the first seen.</summary>
/// <param name="Naive">The place of the response with the highest score, whether it has an answer or not.</param>
/// <param name="Groups">The answers, in the order in which they were first seen.</param>
/// <param name="Weighted">The answer with the greatest sum of scores; null where no response has an answer.</param>
/// <param name="Majority">The most frequent answer; null likewise.</param>
internal sealed record BestOfNResult(int Naive, IReadOnlyList<AnswerGroup> Groups, string? Weighted, string? Majority);

/// <summary>
/// Choosing among N solutions with a verifier's scores (confirmed by the code of search-and-learn in ThinkPRM's repository):
/// <code>
/// naive    = argmax_i s_i
/// weighted = argmax_a sum over responses with answer a of s_i
/// majority = argmax_a number of responses with answer a
/// </code>
/// Equal are the answers of <see cref="VerifiableAnswer.AreEquivalent"/>. Weighted sums reward answers that are common and well
/// liked; where all scores are equal, weighted is majority.
/// </summary>
internal static class BestOfN
{
    /// <summary>All three choices.</summary>
    /// <param name="answers">One a response; null where it has none, which votes for nothing. At least one.</param>
    /// <param name="scores">s: one a response, a number; sums of scores below 0 would count against being common.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no response.</exception>
    public static BestOfNResult Choose(IReadOnlyList<string?> answers, ReadOnlySpan<double> scores)
    {
        ArgumentOutOfRangeException.ThrowIfZero(answers.Count, nameof(answers));
        Require.Length(answers.Count, scores.Length, nameof(scores));
        int naive = 0;
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<AnswerGroup> groups = [];
        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i])) throw new ArgumentException("scores: expected numbers, found NaN.", nameof(scores));
            if (scores[i] > scores[naive]) naive = i;
            if (answers[i] is not { } answer) continue;
            string key = AnswerForm.Of(answer).Key;
            if (!places.TryGetValue(key, out int at))
            {
                places[key] = at = groups.Count;
                groups.Add(new AnswerGroup(answer, i, 0, 0));
            }

            groups[at] = groups[at] with { Votes = groups[at].Votes + 1, Weight = groups[at].Weight + scores[i] };
        }

        // MaxBy keeps the first of equals.
        return new BestOfNResult(
            naive, groups, groups.MaxBy(g => g.Weight)?.Answer, MajorityVote.Compute(answers).Label);
    }
}
