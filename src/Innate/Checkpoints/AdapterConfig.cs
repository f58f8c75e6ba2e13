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
    /// Last parts of the adapted modules' paths, such as <c>q_proj</c>; or <see cref="AllLinear"/> alone; or, as read, a regular
    /// expression alone.
    /// </summary>
    public required IReadOnlyList<string> TargetModules { get; init; }

    /// <summary>The model that the adapter belongs to: a folder or a hub name; null where it is not stated.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Whether sqrt(r) takes the place of r in the scale (Kalajdzievski 2023, arXiv 2312.03732).</summary>
    public bool UseRsLora { get; init; }

    /// <summary>What B A x is multiplied by before it is added: alpha / r, or alpha / sqrt(r).</summary>
    public double Scale => ScaleAt(Alpha, Rank);

    /// <summary>What else PEFT's file says of the targets; null: the names alone.</summary>
    internal AdapterTargets? Rules { get; init; }

    /// <summary>Ranks of modules that have their own: of the patterns that match a path the first counts.</summary>
    internal IReadOnlyList<(PythonPattern Pattern, double Value)> RankPattern { get; init; } = [];

    /// <summary>Alphas of modules that have their own.</summary>
    internal IReadOnlyList<(PythonPattern Pattern, double Value)> AlphaPattern { get; init; } = [];

    /// <summary>Whether each row has a magnitude of its own (DoRA, arXiv 2402.09353).</summary>
    internal bool UseDora { get; init; }

    /// <summary>Whether B has a bias.</summary>
    internal bool HasLoraBias { get; init; }

    /// <summary>Which of the model's biases learned.</summary>
    internal AdapterBias Bias { get; init; }

    /// <summary>Modules that are replaced as a whole: last parts of their paths.</summary>
    internal IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Whether a tied head follows what was done to its embedding.</summary>
    internal bool KeepsTies { get; init; }

    /// <summary>What it was trained for, which says what head the model has.</summary>
    internal AdapterTask Task { get; init; }

    /// <summary>Of a head that judges steps, where it wants responses cut; null: at paragraphs. A key of our own.</summary>
    internal string? StepSplit { get; init; }

    /// <summary>Whether it has the form in which Innate writes adapters.</summary>
    internal bool IsPlain => Rules is null or { AreNamesAlone: true } && RankPattern.Count == 0 && AlphaPattern.Count == 0
        && !UseDora && !HasLoraBias && Bias == AdapterBias.None
        && ModulesToSave.SequenceEqual(Task == AdapterTask.Language ? [] : HeadModules);

    /// <summary>The names of a classifier's head, both of which PEFT saves whole where there is one.</summary>
    internal static IReadOnlyList<string> HeadModules { get; } = ["classifier", "score"];

    /// <summary>Whether a module is meant: its path is, or ends with a dot and, one of <see cref="TargetModules"/>.</summary>
    /// <param name="modulePath">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public bool Targets(string modulePath) =>
        Rules?.Contains(modulePath) ?? (TargetModules is [AllLinear] || AdapterTargets.EndsWithAny(modulePath, TargetModules));

    /// <summary>The rank of one module.</summary>
    internal int RankOf(string path) => (int)ValueOf(RankPattern, path, Rank);

    /// <summary>What B A x of one module is multiplied by.</summary>
    internal double ScaleOf(string path) => ScaleAt(ValueOf(AlphaPattern, path, Alpha), RankOf(path));

    private static double ValueOf(IReadOnlyList<(PythonPattern Pattern, double Value)> patterns, string path, double otherwise)
    {
        foreach ((PythonPattern pattern, double value) in patterns)
        {
            if (pattern.Matches(path)) return value;
        }

        return otherwise;
    }

    private double ScaleAt(double alpha, int rank) => alpha / (UseRsLora ? Math.Sqrt(rank) : rank);
}

/// <summary>What an adapter was trained for: PEFT's <c>task_type</c>.</summary>
internal enum AdapterTask
{
    /// <summary>CAUSAL_LM, or another that leaves the language head where it is.</summary>
    Language,

    /// <summary>SEQ_CLS: the model has a score head.</summary>
    Score,

    /// <summary>TOKEN_CLS: the model has a head that judges steps.</summary>
    Steps,
}

/// <summary>Which of the model's biases an adapter replaces.</summary>
internal enum AdapterBias
{
    /// <summary>None.</summary>
    None,

    /// <summary>All that the model has.</summary>
    All,

    /// <summary>Those of adapted modules; PEFT since 0.6 leaves them out of the file, which then keeps the model's.</summary>
    LoraOnly,
}
