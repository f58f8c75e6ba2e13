namespace Innate.Checkpoints;

/// <summary>
/// Which modules PEFT adapts: what <c>target_modules</c>, <c>exclude_modules</c>, <c>layers_to_transform</c>,
/// <c>layers_pattern</c> and <c>modules_to_save</c> say together.
/// </summary>
internal sealed record AdapterTargets
{
    // What PEFT takes for a layer's number where layers_pattern is silent: NAME.NUMBER within the path.
    private static readonly PythonPattern AnyLayer = PythonPattern.Layer(@"[^.]*", "layers_pattern");

    /// <summary>A path is meant that is, or ends with a dot and, one of these; <c>all-linear</c> alone: see below.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Takes the place of the names.</summary>
    public PythonPattern? Pattern { get; init; }

    /// <summary>Left out, as names are meant.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Left out: takes the place of the names that are.</summary>
    public PythonPattern? ExcludedPattern { get; init; }

    /// <summary>The layers whose modules are meant where only the end of their paths is named; null: all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>What stands before a layer's number; none: any name.</summary>
    public IReadOnlyList<PythonPattern> LayersPatterns { get; init; } = [];

    /// <summary>Modules that are replaced as a whole, which are never adapted.</summary>
    public IReadOnlyList<string> Saved { get; init; } = [];

    /// <summary>Whether every projection of the layers is meant, and neither embedding nor head.</summary>
    public bool IsAllLinear => Pattern is null && Names is [AdapterConfig.AllLinear];

    /// <summary>Whether nothing but names says what is meant.</summary>
    public bool AreNamesAlone => Pattern is null && ExcludedPattern is null && Excluded.Count == 0 && Layers is null;

    /// <summary>Whether a module of the model is meant.</summary>
    /// <param name="path">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    public bool Contains(string path)
    {
        if (ExcludedPattern is { } excluded ? excluded.Matches(path) : EndsWithAny(path, Excluded)) return false;
        if (Saved.Any(name => IsWithin(path, name))) return false;
        if (Pattern is { } pattern) return pattern.Matches(path);
        if (IsAllLinear) return path is not ("lm_head" or "score" or "model.embed_tokens");
        if (Names.Contains(path)) return true; // named in full: no layer counts
        if (!EndsWithAny(path, Names)) return false;
        if (Layers is null) return true;
        int? layer = (LayersPatterns.Count == 0 ? [AnyLayer] : LayersPatterns)
            .Select(p => p.LayerOf(path)).FirstOrDefault(n => n is not null);
        return layer is { } number && Layers.Contains(number);
    }

    /// <summary>Whether a path is, or ends with a dot and, one of some names.</summary>
    public static bool EndsWithAny(string path, IReadOnlyList<string> names) =>
        names.Any(name => path == name || path.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>Whether a module bears a name, or lies in one that does.</summary>
    public static bool IsWithin(string path, string name) =>
        $".{path}.".Contains($".{name}.", StringComparison.Ordinal);
}
