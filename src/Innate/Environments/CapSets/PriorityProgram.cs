using System.Globalization;

namespace Innate.Environments.CapSets;

/// <summary>
/// A priority of points in a language that can do nothing else: whole weights of features, such as <c>2*ones -mirrored</c>.
/// </summary>
/// <param name="Weights">One a feature, in the order of <see cref="FeatureNames"/>.</param>
internal sealed record PriorityProgram(IReadOnlyList<int> Weights)
{
    /// <summary>The largest weight, either way.</summary>
    public const int LargestWeight = 3;

    private static readonly (string Name, Func<int[], int> Of)[] Features =
    [
        ("zeros", x => x.Count(c => c == 0)),
        ("ones", x => x.Count(c => c == 1)),
        ("twos", x => x.Count(c => c == 2)),
        ("mirrored", x => Enumerable.Range(0, x.Length / 2).Count(i => x[i] == x[^(i + 1)])),
        ("even-ones", x => x.Where((c, i) => c == 1 && i % 2 == 0).Count()),
        ("even-twos", x => x.Where((c, i) => c == 2 && i % 2 == 0).Count()),
        ("sum", x => x.Sum() % 3),
        ("odd-count-of-ones", x => x.Count(c => c == 1) % 2),
        ("odd-count-of-twos", x => x.Count(c => c == 2) % 2),
        ("repeated", x => Enumerable.Range(0, x.Length).Count(i => x[i] == x[(i + 1) % x.Length])),
    ];

    /// <summary>The features' names.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } = [.. Features.Select(f => f.Name)];

    /// <summary>0 for every point: the greedy set is then the lexicographic one, of 2^n points.</summary>
    public static PriorityProgram Constant { get; } = new(new int[Features.Length]);

    /// <summary>How many features it speaks of.</summary>
    public int Length => Weights.Count(w => w != 0);

    /// <summary>Reads a program.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static PriorityProgram Parse(string text)
    {
        int[] weights = new int[Features.Length];
        foreach (string term in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(t => t != "0"))
        {
            string[] parts = term.Split('*');
            int feature = FeatureNames.ToList().IndexOf(parts[^1]);
            if (parts.Length != 2 || feature < 0 || weights[feature] != 0
                || !int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight)
                || Math.Abs(weight) > LargestWeight)
            {
                throw new InputException(
                    $"Priority '{text}': expected terms WEIGHT*FEATURE of {string.Join(", ", FeatureNames)}, each once, with " +
                    $"weights from -{LargestWeight} to {LargestWeight}, found '{term}'.");
            }

            weights[feature] = weight;
        }

        return new PriorityProgram(weights);
    }

    /// <summary>A point's priority.</summary>
    public double Of(int[] point)
    {
        int sum = 0;
        for (int f = 0; f < Features.Length; f++)
        {
            if (Weights[f] != 0) sum += Weights[f] * Features[f].Of(point);
        }

        return sum;
    }

    /// <summary>A new program of two: each weight is one of theirs, and one is drawn anew.</summary>
    public static PriorityProgram Child(PriorityProgram first, PriorityProgram second, WorldRandom random)
    {
        int[] weights = [.. first.Weights.Zip(second.Weights, (a, b) => random.Below(2) == 0 ? a : b)];
        weights[random.Below(weights.Length)] = random.Below((2 * LargestWeight) + 1) - LargestWeight;
        return new PriorityProgram(weights);
    }

    /// <inheritdoc/>
    public bool Equals(PriorityProgram? other) => other is not null && Weights.SequenceEqual(other.Weights);

    /// <inheritdoc/>
    public override int GetHashCode() => Weights.Aggregate(17, (hash, w) => (hash * 31) + w);

    /// <inheritdoc/>
    public override string ToString()
    {
        string[] terms = [.. Weights.Select((w, f) => (w, f)).Where(t => t.w != 0)
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.w}*{FeatureNames[t.f]}"))];
        return terms.Length == 0 ? "0" : string.Join(' ', terms);
    }
}
