namespace Innate.Checkpoints;

/// <summary>
/// A low-rank adapter's settings (Hu et al. 2021, arXiv 2106.09685), as PEFT's adapter_config.json states them.
/// </summary>
public sealed record AdapterConfig
{
    /// <summary>What <see cref="TargetModules"/> holds where every projection of the layers is meant.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>r: columns of B and rows of A.</summary>
    public required int Rank { get; init; }

    /// <summary>alpha: what the adapter's product is multiplied by, before the rank divides it.</summary>
    public required double Alpha { get; init; }

    /// <summary>The part of A's inputs that is set to zero in training, 0 to less than 1.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Last parts of the adapted modules' paths, such as <c>q_proj</c>; or <see cref="AllLinear"/> alone.
    /// </summary>
    public required IReadOnlyList<string> TargetModules { get; init; }

    /// <summary>The model that the adapter belongs to: a folder or a hub name; null where it is not stated.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Whether sqrt(r) takes the place of r in the scale (Kalajdzievski 2023, arXiv 2312.03732).</summary>
    public bool UseRsLora { get; init; }

    /// <summary>What B A x is multiplied by before it is added: alpha / r, or alpha / sqrt(r).</summary>
    public double Scale => Alpha / (UseRsLora ? Math.Sqrt(Rank) : Rank);

    /// <summary>Whether a module is meant: its path is, or ends with a dot and, one of <see cref="TargetModules"/>.</summary>
    /// <param name="modulePath">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public bool Targets(string modulePath) => TargetModules is [AllLinear] || TargetModules.Any(
        target => modulePath == target || modulePath.EndsWith("." + target, StringComparison.Ordinal));
}
