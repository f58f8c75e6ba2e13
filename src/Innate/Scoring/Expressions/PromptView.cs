namespace Innate.Scoring.Expressions;

/// <summary>
/// The prompt under which a leaf looks at the responses. What is computed under another prompt than the row's own is the same
/// response ids after other prompt ids, and nothing else.
/// </summary>
/// <param name="IsEmpty">That of <see cref="EmptyPrompt"/>.</param>
internal sealed record PromptView(bool IsEmpty)
{
    /// <summary>The row's own prompt.</summary>
    public static PromptView Own { get; } = new(IsEmpty: false);

    /// <summary>An empty prompt.</summary>
    public static PromptView Empty { get; } = new(IsEmpty: true);
}

/// <summary>A leaf and the prompt under which its value is asked for.</summary>
internal sealed record LeafUse(LeafNode Leaf, PromptView View);
