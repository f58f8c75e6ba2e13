namespace Innate.Reinforcement.Rollouts;

/// <summary>What a row must have beside its prompt.</summary>
[Flags]
internal enum PromptFields
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A gold answer: <c>answer</c>.</summary>
    Answer = 1,

    /// <summary>A text that helps: <c>hint</c>.</summary>
    Hint = 2,

    /// <summary>The last message in other words: <c>rephrased</c>.</summary>
    Rephrased = 4,

    /// <summary>A response to learn from: <c>demonstration</c>.</summary>
    Demonstration = 8,

    /// <summary>How an instruction is checked: <c>constraints</c>, <c>intent</c>, perhaps <c>soft</c>.</summary>
    Constraints = 16,
}
