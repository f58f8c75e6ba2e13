namespace Innate.Verifiers;

/// <summary>What a step discriminator learns from: after this prefix one step is right, another wrong.</summary>
/// <param name="Prefix">The steps before.</param>
/// <param name="Positive">The right next step, the reference's.</param>
/// <param name="Negative">The wrong next step, the student's.</param>
internal sealed record StepPair(IReadOnlyList<string> Prefix, string Positive, string Negative);

/// <summary>
/// GRACE's training pairs from an aligned wrong solution (arXiv 2305.14934; confirmed by the authors' code). The columns are
/// walked from the first with a prefix that grows:
/// <code>
/// reference alone         prefix += reference's step
/// student alone           emit (prefix, next reference's step, student's step), go on
/// both, the same result   prefix += student's step
/// both, different results with chance e: prefix += student's step (a prefix that is wrong), go on
///                         else emit (prefix, reference's step, student's step); once more with the reference's own steps as
///                         prefix where that is another one; stop
/// </code>
/// e is 0.1 in the authors' code. A student's step after the last of the reference has no right step beside it and is passed
/// over (ours).
/// </summary>
internal static class StepPairs
{
    /// <summary>The pairs of one solution, in order.</summary>
    /// <param name="columns">From <see cref="StepAlignment"/>.</param>
    /// <param name="student">The student's steps.</param>
    /// <param name="reference">The reference's steps.</param>
    /// <param name="haveSameResult">
    /// Whether the student's step i and the reference's step j come to the same; null: <see cref="StepResult"/>'s.
    /// </param>
    /// <param name="keepWrong">Asked at each wrong pair: whether to go on with a wrong prefix. Null: never.</param>
    /// <exception cref="ArgumentException">A column names neither side.</exception>
    public static IReadOnlyList<StepPair> Of(
        IReadOnlyList<AlignedSteps> columns, IReadOnlyList<string> student, IReadOnlyList<string> reference,
        Func<int, int, bool>? haveSameResult = null, Func<bool>? keepWrong = null)
    {
        haveSameResult ??= (i, j) => StepResult.AreSame(student[i], reference[j]);
        List<StepPair> pairs = [];
        List<string> prefix = [];
        int next = 0;
        foreach (AlignedSteps column in columns)
        {
            switch (column)
            {
                case { Student: int i, Reference: int j }:
                    next = j + 1;
                    if (haveSameResult(i, j) || keepWrong?.Invoke() == true)
                    {
                        prefix.Add(student[i]);
                        break;
                    }

                    Emit(prefix, reference[j], student[i]);
                    string[] pure = [.. reference.Take(j)];
                    if (!prefix.SequenceEqual(pure, StringComparer.Ordinal)) Emit(pure, reference[j], student[i]);
                    return pairs;
                case { Reference: int j }:
                    next = j + 1;
                    prefix.Add(reference[j]);
                    break;
                case { Student: int i }:
                    if (next < reference.Count) Emit(prefix, reference[next], student[i]);
                    break;
                default:
                    throw new ArgumentException("columns: expected a step on either side, found two gaps.", nameof(columns));
            }
        }

        return pairs;

        void Emit(IEnumerable<string> before, string positive, string negative) =>
            pairs.Add(new StepPair([.. before], positive, negative));
    }
}
