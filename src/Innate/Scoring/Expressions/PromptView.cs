namespace Innate.Scoring.Expressions;

/// <summary>
/// The prompt under which a leaf looks at the responses. What is computed under another prompt than the row's own is the same
/// response ids after other prompt ids, and nothing else.
/// </summary>
/// <param name="IsEmpty">That of <see cref="EmptyPrompt"/>.</param>
/// <param name="System">The row's prompt under this system prompt; null: under its own, or none.</param>
internal sealed record PromptView(bool IsEmpty, string? System = null)
{
    /// <summary>The row's own prompt.</summary>
    public static PromptView Own { get; } = new(IsEmpty: false);

    /// <summary>An empty prompt.</summary>
    public static PromptView Empty { get; } = new(IsEmpty: true);

    /// <summary>The row's prompt under a system prompt, which takes the place of one that it has.</summary>
    public static PromptView Under(string system) => new(IsEmpty: false, system);

    /// <summary>Whether it is the row's own prompt, with nothing in its place.</summary>
    public bool IsOwn => !IsEmpty && System is null;
}

/// <summary>A leaf and the prompt under which its value is asked for.</summary>
internal sealed record LeafUse(LeafNode Leaf, PromptView View);
