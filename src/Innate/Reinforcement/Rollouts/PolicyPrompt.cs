using Innate.Text;
using Innate.Verifiers.Instructions;

namespace Innate.Reinforcement.Rollouts;

/// <summary>A prompt to answer, and its gold answer where there is one.</summary>
/// <param name="Ids">The prompt's tokens; at least one.</param>
/// <param name="Answer">What a verifiable reward compares with; null where the data has none.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Text">
/// The row's prompt, or its last message: what is asked, without a template's markup; null where it is not known.
/// </param>
public sealed record PolicyPrompt(int[] Ids, string? Answer, long Line, string? Text = null)
{
    /// <summary>The whole conversation, for a judge that reads it; null where the prompt was given as ids.</summary>
    public IReadOnlyList<ConversationMessage>? Conversation { get; init; }

    /// <summary>The seed of the world's episode that it begins; null: it is a prompt of the data.</summary>
    internal ulong? WorldSeed { get; init; }

    /// <summary>The ids of its null prompt, which <c>pmi</c> compares with; null: an empty one.</summary>
    internal int[]? NullPrompt { get; init; }

    /// <summary>A text that helps; null: none was asked for.</summary>
    internal string? Hint { get; init; }

    /// <summary>The same in other words, as ids; null: none were asked for.</summary>
    internal int[]? Rephrased { get; init; }

    /// <summary>What it is to be answered from; null: it was not asked for.</summary>
    internal GroundedPrompt? Grounding { get; init; }

    /// <summary>A response to learn from, as ids; null: none was asked for.</summary>
    internal int[]? Demonstration { get; init; }

    /// <summary>What each response that the prompt shows is worth, by its name there; null: nothing is judged.</summary>
    internal IReadOnlyDictionary<string, double>? Judged { get; init; }

    /// <summary>How the instruction is checked; null: none was asked for.</summary>
    internal Instruction? Instruction { get; init; }
}
