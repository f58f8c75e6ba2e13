using System.Globalization;
using Innate.Learning.Objectives;
using Innate.Learning.Watching;

namespace Innate.Learning.RewardModels;

/// <summary>A better and a worse text.</summary>
/// <param name="Reads">The two, the better one first: together where both have something of their own, else apart.</param>
/// <param name="Margin">By how much the better one's reward should exceed the worse one's; null: by the run's margin.</param>
internal sealed record RewardPair(IReadOnlyList<ScoredText> Reads, double? Margin);

/// <summary>Pairs, of which the better one should have the higher score (<see cref="BradleyTerryObjective"/>).</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="lines">Their lines.</param>
/// <param name="options">The loss's numbers; a pair's own margin counts before theirs.</param>
internal sealed class PairExamples(IReadOnlyList<RewardPair> pairs, IReadOnlyList<long> lines, BradleyTerryOptions options)
    : ScoreExamples(lines)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoredText> Reads(int example) => pairs[example].Reads;

    /// <inheritdoc/>
    public override int Units(int example) => 1;

    /// <inheritdoc/>
    public override ScoreResult Loss(int example, IReadOnlyList<double[]> scores, int batchUnits)
    {
        double chosen = scores[0][0], rejected = scores[1][0];
        BradleyTerryOptions own = pairs[example].Margin is { } margin ? options with { Margin = margin } : options;
        RewardPairResult result = BradleyTerryObjective.Compute(chosen, rejected, batchUnits, own);
        return new ScoreResult(
            result.Loss, [result.ChosenGradient, result.RejectedGradient],
            chosen > rejected ? 1 : chosen == rejected ? 0.5 : 0, 1,
            ("margin", chosen - rejected), ("reward_chosen", chosen), ("reward_rejected", rejected));
    }

    /// <inheritdoc/>
    public override (string Prompt, IReadOnlyList<TextPiece> Pieces) Show(
        int example, IReadOnlyList<double[]> scores, Func<int[], string> decode)
    {
        IReadOnlyList<ScoredText> reads = pairs[example].Reads;
        int[][] responses = [.. reads.SelectMany(r => r.Query.Responses)];
        string[] names = ["chosen", "rejected"];
        return (
            decode(reads[0].Query.Prompt),
            [
                .. responses.Select((r, i) => new TextPiece(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(i == 0 ? "" : "\n")}{names[i]} {scores[i][0]:0.###}: {decode(r)}"),
                    scores[i][0])),
            ]);
    }
}
