namespace Innate.Judges;

/// <summary>Which judge is asked, and how.</summary>
public sealed record JudgeSettings
{
    /// <summary>The judge.</summary>
    public JudgeKind Kind { get; init; } = JudgeKind.Verifier;

    /// <summary>
    /// The name of a prompt that is shipped, or a file; null: <c>arithmetic</c> for innate-tiny, which learned to judge in words
    /// of its own, else <c>default</c>.
    /// </summary>
    public string? JudgePrompt { get; init; }

    /// <summary>What to judge by, in words; null: nothing of its own.</summary>
    public string? Principle { get; init; }

    /// <summary>Tokens that the model may reason in first; 0: it answers at once.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>Reasonings to sample; the verdict is the mean over them.</summary>
    public int Votes { get; init; } = 1;

    /// <summary>The temperature of the reasoning.</summary>
    public double ReasoningTemperature { get; init; } = 1;

    /// <summary>Decides the reasoning.</summary>
    public ulong Seed { get; init; }
}
