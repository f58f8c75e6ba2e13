using Innate.Learning.Watching;
using Innate.Models;

namespace Innate.Learning.RewardModels;

/// <summary>Some texts that begin alike, and where a score head reads them.</summary>
/// <param name="Query">What they begin with, and how each goes on.</param>
/// <param name="Places">Of each response the tokens whose scores count, by their index in it.</param>
internal sealed record ScoredText(TraceQuery Query, IReadOnlyList<int[]> Places)
{
    /// <summary>Texts that are read at their ends.</summary>
    public static ScoredText AtEnds(TraceQuery query) => new(query, [.. query.Responses.Select(r => new[] { r.Length - 1 })]);

    /// <summary>How many tokens are read.</summary>
    public int Count => Places.Sum(p => p.Length);
}

/// <summary>What a loss says of one example.</summary>
/// <param name="Loss">Its part of the batch's: the parts add up to it.</param>
/// <param name="Gradient">dLoss by each score, label by label, in the order in which they were read.</param>
/// <param name="Right">Judgements that are right; a tie is half of one.</param>
/// <param name="Units">Judgements in all: 1 a pair, 1 a step.</param>
/// <param name="Watched">Other numbers worth watching, by name.</param>
internal sealed record ScoreResult(
    double Loss, double[] Gradient, double Right, int Units, params IReadOnlyList<(string Name, double Value)> Watched);

/// <summary>Rows as what a score head learns from.</summary>
/// <param name="lines">Each example's line in its file, from 1; at least one.</param>
internal abstract class ScoreExamples(IReadOnlyList<long> lines)
{
    /// <summary>Each example's line.</summary>
    public IReadOnlyList<long> Lines { get; } = lines;

    /// <summary>How many there are.</summary>
    public int Count => Lines.Count;

    /// <summary>What is read of an example.</summary>
    public abstract IReadOnlyList<ScoredText> Reads(int example);

    /// <summary>Its judgements: what the batch's loss is a mean of.</summary>
    public abstract int Units(int example);

    /// <summary>The loss.</summary>
    /// <param name="example">The example.</param>
    /// <param name="scores">Of each token that is read its labels' numbers.</param>
    /// <param name="batchUnits">Judgements of the whole batch.</param>
    public abstract ScoreResult Loss(int example, IReadOnlyList<double[]> scores, int batchUnits);

    /// <summary>The example with its scores, for people.</summary>
    /// <param name="example">The example.</param>
    /// <param name="scores">As for the loss.</param>
    /// <param name="decode">Turns ids into text.</param>
    public abstract (string Prompt, IReadOnlyList<TextPiece> Pieces) Show(
        int example, IReadOnlyList<double[]> scores, Func<int[], string> decode);
}
