using Innate.Judges;

namespace Innate.Benchmarks;

/// <summary>One record of a benchmark: what is put to a scorer, and where its result belongs.</summary>
/// <param name="Id">Names the record within its benchmark, whatever else is read: <c>chat/8</c>.</param>
/// <param name="Part">The domain, subset or source under which its result is reported.</param>
/// <param name="Questions">
/// Prompts with the responses to compare: one, or several where the same responses are looked at under several prompts.
/// </param>
public sealed record BenchmarkItem(string Id, string Part, IReadOnlyList<JudgeQuestion> Questions)
{
    /// <summary>
    /// The response cut into steps, where it is steps that are scored: the one question's responses are then the answer up to
    /// and with each step.
    /// </summary>
    public IReadOnlyList<string>? Steps { get; init; }

    /// <summary>How many of the first responses are right ones, where several may be.</summary>
    public int RightAnswers { get; init; } = 1;

    /// <summary>
    /// Of each question the responses that should win, where they are not the first <see cref="RightAnswers"/> of all questions.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? Rights { get; init; }

    /// <summary>
    /// Items of one cluster belong together and are resampled together; each item is its own, unless said otherwise.
    /// </summary>
    public string Cluster { get; init; } = Id;

    /// <summary>The responses that should win a question, each against each of <see cref="WrongOf"/>.</summary>
    /// <param name="question">Its place, from 0.</param>
    public IReadOnlyList<int> RightOf(int question) => Rights?[question] ?? [.. Enumerable.Range(0, RightAnswers)];

    /// <summary>The others; none where all are right.</summary>
    /// <param name="question">Its place, from 0.</param>
    public IReadOnlyList<int> WrongOf(int question) =>
        [.. Enumerable.Range(0, Questions[question].Responses.Count).Except(RightOf(question))];
}

/// <summary>
/// What a scorer says of one question: a score a response, and where it compared them pair by pair, its preferences.
/// </summary>
/// <param name="Scores">One score a response (of items with steps: a step), in order; higher is better.</param>
public sealed record QuestionScores(double[] Scores)
{
    /// <summary>As in <see cref="JudgeVerdict.Preferences"/>; null where the scores are all there is.</summary>
    public double[,]? Preferences { get; init; }

    /// <summary>
    /// Whether response i is better than j (1), worse (-1), or neither: equal scores, or a judge that abstains (0).
    /// </summary>
    public int Compare(int i, int j)
    {
        if (Preferences is { } p) return p[i, j] switch { > 0.5 => 1, < 0.5 => -1, _ => 0 };
        return Scores[i].CompareTo(Scores[j]);
    }
}

/// <summary>An item with what a scorer says of each of its questions, in order.</summary>
/// <param name="Item">The item.</param>
/// <param name="Scores">One entry a question.</param>
public sealed record ScoredItem(BenchmarkItem Item, IReadOnlyList<QuestionScores> Scores);
