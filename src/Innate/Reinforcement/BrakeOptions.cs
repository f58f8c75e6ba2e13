namespace Innate.Reinforcement;

/// <summary>When a run is to be stopped for its own good.</summary>
public sealed record BrakeOptions
{
    /// <summary>The least mean token entropy, in nats; below it nothing is explored any more. 0: no floor.</summary>
    public double EntropyFloor { get; init; } = 0.005;

    /// <summary>How many times shorter or longer than at the start responses may become.</summary>
    public double LengthFactor { get; init; } = 4;

    /// <summary>
    /// How far the anchor may fall below its best while the reward is above where it began; a share of questions.
    /// </summary>
    public double AnchorDrop { get; init; } = 0.02;

    /// <summary>
    /// Questions of the anchor: a fall within one standard error of so many is chance. 0: their number is not known.
    /// </summary>
    public int AnchorQuestions { get; init; }

    /// <summary>Batches of rollouts over which means are taken.</summary>
    public int Window { get; init; } = 5;
}
