namespace Innate.Recipes;

/// <summary>Which way a figure of the arena is said to go.</summary>
public enum SignatureKind
{
    /// <summary>Above its value at the start.</summary>
    Rises,

    /// <summary>Below its value at the start.</summary>
    Falls,

    /// <summary>Its change lies above that of another recipe with the same seed.</summary>
    Above,

    /// <summary>Its change lies below that of another recipe with the same seed.</summary>
    Below,

    /// <summary>It is not further below its value at the start than a margin.</summary>
    Keeps,
}

/// <summary>
/// One prediction of a recipe's signature that the arena can test: it holds where at least 5 of 5 seeds (7 of 8) agree, and was
/// not tested where the stress that it speaks of did not arise. Nothing is tuned until it holds.
/// </summary>
/// <param name="Metric">The arena's figure: one of <see cref="Metrics"/>.</param>
/// <param name="Kind">Which way.</param>
public sealed record SignatureCheck(string Metric, SignatureKind Kind)
{
    /// <summary>The other recipe, or <see cref="Shuffled"/>; null: the start.</summary>
    public string? Than { get; init; }

    /// <summary>How far below the start is still kept.</summary>
    public double Margin { get; init; }

    /// <summary>
    /// A figure that must have moved by at least <see cref="StressMove"/> in either direction; null: always
    /// tested.
    /// </summary>
    public string? Stress { get; init; }

    /// <summary>How far that figure must have moved.</summary>
    public double StressMove { get; init; }

    /// <summary>The recipe itself with its rewards dealt out anew in each group.</summary>
    public const string Shuffled = "shuffled";

    /// <summary>
    /// What the arena measures: accuracies (held out; one digit more; a list task and a format task that are never trained on; of
    /// prompts whose answer was first elected rightly, wrongly), pass@k, entropy, length, the divergence from the start, the
    /// start's log-likelihood, distinct answers and right workings a prompt; and means over training steps.
    /// </summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        "accuracy", "accuracy_shifted", "accuracy_list", "accuracy_format", "accuracy_majority_right", "accuracy_majority_wrong",
        "pass@2", "pass@4", "pass@8", "pass@16", "entropy", "length", "kl", "log_likelihood", "distinct_answers",
        "distinct_right", "reward", "clip_fraction", "dead_groups", "grad_norm", "reference_reset", "trained_entropy",
    ];

    /// <summary>A figure rises.</summary>
    public static SignatureCheck Rises(string metric) => new(metric, SignatureKind.Rises);

    /// <summary>A figure falls.</summary>
    public static SignatureCheck Falls(string metric) => new(metric, SignatureKind.Falls);

    /// <summary>A figure's change lies above another recipe's.</summary>
    public static SignatureCheck Above(string metric, string than) => new(metric, SignatureKind.Above) { Than = than };

    /// <summary>A figure's change lies below another recipe's.</summary>
    public static SignatureCheck Below(string metric, string than) => new(metric, SignatureKind.Below) { Than = than };

    /// <summary>A figure does not fall by more than a margin.</summary>
    public static SignatureCheck Keeps(string metric, double margin) => new(metric, SignatureKind.Keeps) { Margin = margin };

    /// <summary>The prediction in words.</summary>
    public string Words => Kind switch
    {
        SignatureKind.Rises => $"{Metric} rises",
        SignatureKind.Falls => $"{Metric} falls",
        SignatureKind.Above => $"{Metric} above {Than}'s",
        SignatureKind.Below => $"{Metric} below {Than}'s",
        _ => FormattableString.Invariant($"{Metric} falls by at most {Margin}"),
    };
}
