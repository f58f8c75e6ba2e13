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

    /// <summary>What responses that are to be judged are worth: <c>judged</c>.</summary>
    Judged = 16,

    /// <summary>Texts to answer from, and their gold answers: <c>documents</c>, <c>answers</c>.</summary>
    Documents = 32,

    /// <summary>How an instruction is checked: <c>constraints</c>, <c>intent</c>, perhaps <c>soft</c>.</summary>
    Constraints = 64,
}
