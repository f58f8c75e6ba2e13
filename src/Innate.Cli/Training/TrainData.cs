using Innate.Learning.Data;

namespace Innate.Cli.Training;

/// <summary>A file's rows, of one kind or the other; neither where there is no file.</summary>
internal sealed record TrainData(TrainingRows<SequenceExample>? Sequences, TrainingRows<PreferenceExample>? Pairs)
{
    public static TrainData None { get; } = new(null, null);

    public int Count => Sequences?.Examples.Count ?? Pairs!.Examples.Count;

    public int Skipped => Sequences?.Skipped ?? Pairs!.Skipped;

    public int Truncated => Sequences?.Truncated ?? Pairs!.Truncated;

    /// <summary>What stands before an example's first token to be learned.</summary>
    public int[] Prompt(int example)
    {
        if (Pairs is not null) return Pairs.Examples[example].Prompt;
        SequenceExample sequence = Sequences!.Examples[example];
        return sequence.Tokens[..Math.Max(1, Array.IndexOf(sequence.Counted, true))];
    }
}
