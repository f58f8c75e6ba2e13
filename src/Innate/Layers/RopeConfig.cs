namespace Innate.Layers;

/// <summary>How the rotary frequencies are stretched beyond the trained context.</summary>
public enum RopeScalingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>All frequencies divided by <c>factor</c>.</summary>
    Linear,

    /// <summary>Llama 3.1: low frequencies divided by <c>factor</c>, high kept, a ramp between.</summary>
    Llama3,

    /// <summary>YaRN (arXiv 2309.00071): a ramp between interpolation and extrapolation, and an attention temperature.</summary>
    Yarn,

    /// <summary>Each frequency divided by a number of its own: LongRoPE (arXiv 2402.13753), one list at all lengths.</summary>
    Divided,

    /// <summary>
    /// By the row and the column of an image's tokens (<see cref="GridRotary"/>): LlamaGen (arXiv 2406.06525).
    /// </summary>
    Grid,
}

/// <summary>A rotary embedding's parameters, as config.json gives them.</summary>
public sealed record RopeConfig
{
    /// <summary>The base of the frequencies, <c>rope_theta</c>.</summary>
    public required double Theta { get; init; }

    /// <summary>Which scaling; the fields below are read only where their kind needs them.</summary>
    public RopeScalingKind Scaling { get; init; } = RopeScalingKind.None;

    /// <summary>Linear, llama3, yarn: the stretch.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>llama3: <c>low_freq_factor</c>.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>llama3: <c>high_freq_factor</c>.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>llama3, yarn: <c>original_max_position_embeddings</c>, in tokens.</summary>
    public double OriginalMaxPositions { get; init; }

    /// <summary>yarn: <c>beta_fast</c>, in rotations.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: <c>beta_slow</c>, in rotations.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>
    /// yarn, divided: what cosines and sines are multiplied by; resolved by the reader from <c>attention_factor</c>, or
    /// <c>mscale</c>/<c>mscale_all_dim</c>, or 0.1 ln(factor) + 1.
    /// </summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>grid: rows, and columns, of the image, <c>grid_size</c>.</summary>
    public int GridSize { get; init; }

    /// <summary>grid: how many tokens come before the image and have no place in it, <c>condition_tokens</c>.</summary>
    public int ConditionTokens { get; init; }

    /// <summary>divided: what each frequency is divided by, one for each pair of a head, the fastest first.</summary>
    public IReadOnlyList<double> Divisors { get; init; } = [];

    /// <summary>yarn: whether the ramp's ends are rounded to whole dimensions (<c>truncate</c>, true by default).</summary>
    public bool Truncate { get; init; } = true;
}
