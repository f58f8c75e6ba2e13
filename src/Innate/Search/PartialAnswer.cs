namespace Innate.Search;

/// <summary>A step of an answer.</summary>
/// <param name="Ids">Its tokens, an end token included.</param>
/// <param name="LogProbabilities">log pi of each at temperature 1, in nats.</param>
/// <param name="Score">What the scorer says of the answer up to and with it.</param>
internal sealed record SearchedStep(int[] Ids, double[] LogProbabilities, double Score);

/// <summary>An answer as far as it goes.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="IsFinished">Whether it ended, or may not go on.</param>
internal sealed record PartialAnswer(IReadOnlyList<SearchedStep> Steps, bool IsFinished)
{
    /// <summary>Nothing said yet.</summary>
    public static PartialAnswer Empty { get; } = new([], IsFinished: false);

    /// <summary>All its tokens.</summary>
    public int[] Ids { get; } = [.. Steps.SelectMany(s => s.Ids)];

    /// <summary>The score of all of it; of nothing said, the least there is.</summary>
    public double Score => Steps.Count > 0 ? Steps[^1].Score : double.NegativeInfinity;

    /// <summary>The same with a step more.</summary>
    public PartialAnswer With(SearchedStep step, bool isFinished) => new([.. Steps, step], isFinished);
}

/// <summary>What a search found.</summary>
/// <param name="Answer">The best answer.</param>
/// <param name="Others">The others that a beam holds at the end, best first.</param>
/// <param name="HasEnded">Whether the answer ended by itself, before a limit did.</param>
/// <param name="Sampled">Tokens sampled for candidates.</param>
/// <param name="Verdicts">Prefixes scored.</param>
internal sealed record SearchedAnswer(
    PartialAnswer Answer, IReadOnlyList<PartialAnswer> Others, bool HasEnded, long Sampled, long Verdicts);
