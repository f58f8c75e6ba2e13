using Innate.Verifiers.Instructions;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>
/// Hard constraints on answers of the arithmetic world. Of each aspect of an answer there is at most one, so that no two
/// contradict each other.
/// </summary>
internal static class ArithmeticConstraints
{
    private static readonly InstructionRule[][] Aspects =
    [
        [new ContainsText("="), new TextCount("=", new CountBound(2, null)), new ExcludesText("=")],
        [new ContainsText("**"), new ExcludesText("**")],
        [new LineCount(new CountBound(2, null)), new LineCount(new CountBound(1, 1))],
        [new WordCount(new CountBound(null, 24)), new WordCount(new CountBound(3, null))],
        [new StartsWithText("It is"), new StartsWithText("- ")],
        [new EndsWithText(".")],
        [new TextCount(",", new CountBound(0, 0)), new TextCount(",", new CountBound(3, 3))],
        [new ContainsText("answer"), new ExcludesText("answer")],
    ];

    /// <summary>A further constraint, of an aspect that has none yet; null: all have one.</summary>
    /// <param name="random">Decides it.</param>
    /// <param name="before">Those that are there.</param>
    public static InstructionRule? Draw(ExampleRandom random, IReadOnlyList<InstructionRule> before)
    {
        InstructionRule[][] left = [.. Aspects.Where(a => !a.Any(before.Contains))];
        return left.Length == 0 ? null : random.Pick(random.Pick(left));
    }

    /// <summary>A question with its constraints, as it is asked.</summary>
    public static string Asked(string question, IEnumerable<InstructionRule> rules) =>
        string.Join(' ', [question, .. rules.Select(r => r.Words)]);
}
