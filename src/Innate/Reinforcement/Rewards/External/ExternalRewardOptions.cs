namespace Innate.Reinforcement.Rewards.External;

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
}
