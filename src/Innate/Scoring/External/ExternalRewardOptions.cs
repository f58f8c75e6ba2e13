using Innate.Scoring.Expressions;

namespace Innate.Scoring.External;

/// <summary>Where a reward of the user's own comes from, and how long and how often it is asked for.</summary>
public sealed record ExternalRewardOptions
{
    /// <summary>Command: what the shell runs.</summary>
    public string? Run { get; init; }

    /// <summary>HTTP: where it is.</summary>
    public Uri? Url { get; init; }

    /// <summary>HTTP: the environment variable that holds the key; null: none is sent.</summary>
    public string? KeyEnvironment { get; init; }

    /// <summary>How long a group's rewards may take, in seconds.</summary>
    public double TimeoutSeconds { get; init; } = 60;

    /// <summary>How often a group is asked about before it is given up, 1 or more.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>HTTP: how the server is asked, as docs/expressions.md lists the dialects; null: OpenRLHF's.</summary>
    public string? Dialect { get; init; }

    /// <summary>What was said in a leaf's brackets.</summary>
    internal static ExternalRewardOptions Of(LeafOptions leaf)
    {
        ExternalRewardOptions usual = new();
        return new ExternalRewardOptions
        {
            Run = leaf.Run,
            Url = leaf.Url is { } url ? new Uri(url) : null,
            Dialect = leaf.Dialect,
            KeyEnvironment = leaf.KeyEnvironment,
            TimeoutSeconds = leaf.Timeout ?? usual.TimeoutSeconds,
            Attempts = leaf.Attempts ?? usual.Attempts,
        };
    }
}
