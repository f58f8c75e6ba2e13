using Innate.Compute;

namespace Innate.Verifiers;

/// <summary>What a teacher said of one step of a solution.</summary>
/// <param name="Step">The step's number, from 1.</param>
/// <param name="Label">CORRECT, in any letter case; any other word, or none, is INCORRECT.</param>
internal sealed record StepGrade(int Step, string? Label);

/// <summary>What becomes of the steps that the teacher left out.</summary>
public enum UngradedSteps
{
    /// <summary>They are wrong: the authors' default.</summary>
    Incorrect,

    /// <summary>They are what the solution is as a whole.</summary>
    AsOutcome,

    /// <summary>
    /// They are wrong, except where the teacher graded nothing at all: such a solution is taken for the reference itself, and
    /// all its steps are right.
    /// </summary>
    EmptyIsReference,
}

/// <summary>
/// SPARE's step labels (arXiv 2506.15498; confirmed by the authors' code): a teacher who sees the reference grades the steps of
/// a solution in one go.
/// <code>
/// label_i = 1 where step i was graded CORRECT, else 0 (or by <see cref="UngradedSteps"/> where it was not graded)
/// label_n = outcome, whatever was said of the last step
/// </code>
/// A list that was cut off leaves the tail ungraded. Of a step that is graded twice the later grade counts; a number that is no
/// step's is passed over (both ours).
/// </summary>
internal static class SpareLabels
{
    /// <summary>One label a step, 0 or 1.</summary>
    /// <param name="grades">What the teacher said, in its order.</param>
    /// <param name="steps">How many steps the solution has, 1 or more.</param>
    /// <param name="outcome">Whether its answer is the known one, exactly.</param>
    /// <param name="ungraded">The rule for steps without a grade.</param>
    /// <exception cref="ArgumentOutOfRangeException">No step.</exception>
    public static int[] Of(
        IReadOnlyList<StepGrade> grades, int steps, bool outcome, UngradedSteps ungraded = UngradedSteps.Incorrect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        bool missing = ungraded switch
        {
            UngradedSteps.AsOutcome => outcome,
            UngradedSteps.EmptyIsReference => grades.Count == 0,
            _ => false,
        };
        int[] labels = new int[steps];
        Array.Fill(labels, missing ? 1 : 0);
        foreach (StepGrade grade in grades)
        {
            if (grade.Step < 1 || grade.Step > steps) continue;
            labels[grade.Step - 1] =
                string.Equals(grade.Label?.Trim(), "CORRECT", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        labels[^1] = outcome ? 1 : 0;
        return labels;
    }

    /// <summary>
    /// The reward model's score of a step: softmax over the logits of "-" and "+" at the tag that follows the step, the share
    /// of "+".
    /// </summary>
    /// <param name="minus">The logit of "-".</param>
    /// <param name="plus">The logit of "+".</param>
    public static double Score(double minus, double plus) => PortableMath.Exp(LogitRow.LogProbabilities([minus, plus])[1]);

    /// <summary>The mean of step labels written -1 and +1: what a solution is worth beside its answer.</summary>
    /// <param name="labels">0 or 1, one a step; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No step.</exception>
    public static double MeanSign(ReadOnlySpan<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfZero(labels.Length, nameof(labels));
        int right = 0;
        foreach (int label in labels) right += label > 0 ? 1 : -1;
        return (double)right / labels.Length;
    }

    /// <summary>
    /// Whether x is to be preferred to y by Pareto's order, from which SPARE makes its pairs: no part is worse, and not all are
    /// equal. Of two that are each better in something neither is preferred.
    /// </summary>
    /// <param name="x">One number a part: answer, mean step label.</param>
    /// <param name="y">The other's.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static bool IsPreferred(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Require.Length(x.Length, y.Length, nameof(y));
        bool better = false;
        for (int i = 0; i < x.Length; i++)
        {
            if (!(x[i] >= y[i])) return false;
            better |= x[i] > y[i];
        }

        return better;
    }
}
