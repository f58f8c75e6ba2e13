using Innate.Learning.Data;
using Innate.Reinforcement.Rollouts;

namespace Innate.Cli.Training;

/// <summary>A file's rows, of one kind; none where there is no file.</summary>
internal sealed record TrainData(
    TrainingRows<SequenceExample>? Sequences, TrainingRows<PreferenceExample>? Pairs, IReadOnlyList<PolicyPrompt>? Prompts = null)
{
    public static TrainData None { get; } = new(null, null);

    public int Count => Sequences?.Examples.Count ?? Pairs?.Examples.Count ?? Prompts!.Count;

    public int Skipped => Sequences?.Skipped ?? Pairs?.Skipped ?? 0;

    public int Truncated => Sequences?.Truncated ?? Pairs?.Truncated ?? 0;

    /// <summary>What stands before an example's first token to be learned.</summary>
    public int[] Prompt(int example)
    {
        if (Prompts is not null) return Prompts[example].Ids;
        if (Pairs is not null) return Pairs.Examples[example].Prompt;
        SequenceExample sequence = Sequences!.Examples[example];
        return sequence.Tokens[..Math.Max(1, Array.IndexOf(sequence.Counted, true))];
    }
}
