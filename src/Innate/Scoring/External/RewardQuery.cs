using Innate.Text;

namespace Innate.Scoring.External;

/// <summary>One response as it is shown to a reward outside.</summary>
/// <param name="Prompt">What was asked, without the chat template's markup.</param>
/// <param name="Response">The answer, without special tokens.</param>
/// <param name="Label">The row's answer; null where it has none.</param>
/// <param name="Rendered">The prompt as the model read it, special tokens kept.</param>
/// <param name="Whole">Prompt and response as the model read and wrote them, special tokens kept.</param>
public sealed record RewardQuery(string Prompt, string Response, string? Label, string Rendered, string Whole)
{
    /// <summary>The conversation before the response; null where the prompt was given as ids.</summary>
    internal IReadOnlyList<ConversationMessage>? Conversation { get; init; }
}
