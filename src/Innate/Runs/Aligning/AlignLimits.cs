namespace Innate.Runs.Aligning;

/// <summary>How far what nobody asked for may move before a run counts as worse.</summary>
public sealed record AlignLimits
{
    /// <summary>How many times shorter or longer answers may become.</summary>
    public double Length { get; init; } = 2;

    /// <summary>
    /// How many times more tokens one right answer may take, tokens of wrong ones included; where answers are right or wrong.
    /// Length that buys nothing shows here long before answers are twice as long.
    /// </summary>
    public double Cost { get; init; } = 1.25;

    /// <summary>How far the share of repeated four-grams may rise.</summary>
    public double Repetition { get; init; } = 0.1;

    /// <summary>How far the share of answers that are cut off may rise.</summary>
    public double Truncation { get; init; } = 0.05;

    /// <summary>How far the share of prompts with one right answer among eight may fall, with gold answers.</summary>
    public double PassAtK { get; init; } = 0.1;

    /// <summary>What part of the start's different answers to a prompt must be left.</summary>
    public double Diversity { get; init; } = 1.0 / 3;
}
