using Innate.Rewards;

namespace Innate.Scoring.Expressions;

/// <summary>
/// What was said in a leaf's brackets; null: nothing, so that what was written can be written again. Texts, not what they stand
/// for: an expression compares by what it says.
/// </summary>
internal sealed record LeafOptions
{
    /// <summary>Nothing was said.</summary>
    public static LeafOptions None { get; } = new();

    /// <summary>The discount.</summary>
    public double? Gamma { get; init; }

    /// <summary>Whether the discount is the one that was measured for the model.</summary>
    public bool RecommendedGamma { get; init; }

    /// <summary>The least weight of a token.</summary>
    public double? Beta { get; init; }

    /// <summary>The temperature of V.</summary>
    public double? Alpha { get; init; }

    /// <summary>How many tokens count.</summary>
    public int? First { get; init; }

    /// <summary>A trained reward model's folder.</summary>
    public string? Model { get; init; }

    /// <summary>How step scores become one score.</summary>
    public StepRule? Steps { get; init; }

    /// <summary>A regular expression.</summary>
    public string? Pattern { get; init; }

    /// <summary>Names with + between them.</summary>
    public string? Tags { get; init; }

    /// <summary>Whether only a boxed answer counts.</summary>
    public bool Boxed { get; init; }

    /// <summary>The longest response, in tokens.</summary>
    public int? Max { get; init; }

    /// <summary>What the shell runs.</summary>
    public string? Run { get; init; }

    /// <summary>Where a server is.</summary>
    public string? Url { get; init; }

    /// <summary>The server's dialect.</summary>
    public string? Dialect { get; init; }

    /// <summary>The environment variable that holds its key.</summary>
    public string? KeyEnvironment { get; init; }

    /// <summary>Seconds that a group may take.</summary>
    public double? Timeout { get; init; }

    /// <summary>How often a group is asked about.</summary>
    public int? Attempts { get; init; }

    /// <summary>Names and values that were given, in one order; a flag has no value.</summary>
    public IEnumerable<(string Name, string? Value)> Given()
    {
        if (RecommendedGamma) yield return ("gamma", "recommended");
        if (Gamma is { } gamma) yield return ("gamma", ExpressionText.Of(gamma));
        if (Beta is { } beta) yield return ("beta", ExpressionText.Of(beta));
        if (Alpha is { } alpha) yield return ("alpha", ExpressionText.Of(alpha));
        if (First is { } first) yield return ("first", ExpressionText.Of(first));
        if (Model is { } model) yield return ("model", model);
        if (Steps is { } steps) yield return ("steps", StepScores.Rules[(int)steps]);
        if (Pattern is { } pattern) yield return ("pattern", pattern);
        if (Tags is { } tags) yield return ("tags", tags);
        if (Boxed) yield return ("boxed", null);
        if (Max is { } max) yield return ("max", ExpressionText.Of(max));
        if (Run is { } run) yield return ("run", run);
        if (Url is { } url) yield return ("url", url);
        if (Dialect is { } dialect) yield return ("dialect", dialect);
        if (KeyEnvironment is { } key) yield return ("key-env", key);
        if (Timeout is { } timeout) yield return ("timeout", ExpressionText.Of(timeout));
        if (Attempts is { } attempts) yield return ("attempts", ExpressionText.Of(attempts));
    }
}
