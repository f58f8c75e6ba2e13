using System.Globalization;
using Innate.Learning.Objectives;
using Innate.Learning.Watching;
using Innate.Models;

namespace Innate.Learning.RewardModels;

/// <summary>A solution whose steps are known to be right or wrong.</summary>
/// <param name="Read">Its one response, read where its steps end.</param>
/// <param name="Labels">One a step, from 0 for wrong to 1 for right.</param>
internal sealed record JudgedSolution(ScoredText Read, double[] Labels);

/// <summary>
/// Solutions whose steps a head of two labels judges. The loss is the binary cross entropy of P(right), which is softmax's over
/// the two labels, the mean over the batch's steps:
/// <code>
/// z = y_1 - y_0,  P(right) = sigmoid(z),  dL/dy_1 = -dL/dy_0 = (P(right) - label) / steps
/// </code>
/// With labels of 0 and 1 that is TRL's <c>PRMTrainer</c> (token classification at the last token of each step's separator;
/// confirmed by code); labels between them need no other formula.
/// </summary>
/// <param name="solutions">The solutions.</param>
/// <param name="lines">Their lines.</param>
internal sealed class StepExamples(IReadOnlyList<JudgedSolution> solutions, IReadOnlyList<long> lines) : ScoreExamples(lines)
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoredText> Reads(int example) => [solutions[example].Read];

    /// <inheritdoc/>
    public override int Units(int example) => solutions[example].Labels.Length;

    /// <inheritdoc/>
    public override ScoreResult Loss(int example, IReadOnlyList<double[]> scores, int batchUnits)
    {
        double[] labels = solutions[example].Labels, logits = [.. scores.Select(y => y[1] - y[0])];
        CrossEntropyResult entropy = BinaryCrossEntropy.OfLogits(labels, logits);
        double[] chances = [.. logits.Select(Sigmoid.Of)];
        double right = labels.Zip(logits, (label, z) => z == 0 ? 0.5 : z > 0 == label >= 0.5 ? 1.0 : 0).Sum();
        return new ScoreResult(
            entropy.Sum / batchUnits,
            [.. entropy.Gradient.SelectMany(g => new[] { -g / batchUnits, g / batchUnits })],
            right, labels.Length, [.. Means(labels, chances)]);
    }

    /// <inheritdoc/>
    public override (string Prompt, IReadOnlyList<TextPiece> Pieces) Show(
        int example, IReadOnlyList<double[]> scores, Func<int[], string> decode)
    {
        (ScoredText read, double[] labels) = solutions[example];
        int[] ids = read.Query.Responses[0], places = read.Places[0];
        return (
            decode(read.Query.Prompt),
            [
                .. places.Select((place, k) =>
                {
                    double chance = Sigmoid.Of(scores[k][1] - scores[k][0]);
                    string text = decode(ids[(k == 0 ? 0 : places[k - 1] + 1)..(place + 1)]).Trim();
                    return new TextPiece(
                        string.Create(CultureInfo.InvariantCulture, $"{text} [{chance:0.##}, label {labels[k]:0.##}]\n"), chance);
                }),
            ]);
    }

    // How likely right steps and wrong ones are held to be right, where there are any.
    private static IEnumerable<(string Name, double Value)> Means(double[] labels, double[] chances)
    {
        foreach ((string name, bool isRight) in ((string, bool)[])[("p_right", true), ("p_wrong", false)])
        {
            double[] of = [.. chances.Where((_, i) => labels[i] >= 0.5 == isRight)];
            if (of.Length > 0) yield return (name, of.Average());
        }
    }
}
