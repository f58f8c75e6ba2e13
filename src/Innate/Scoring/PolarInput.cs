using Innate.Scoring.Grading;
using Innate.Text;

namespace Innate.Scoring;

/// <summary>How many tokens of each part POLAR's input keeps.</summary>
/// <param name="Reference">The reference's first tokens.</param>
/// <param name="Candidate">The candidate's first tokens.</param>
/// <param name="Prompt">At most so many of the prompt's last tokens, on either side.</param>
internal readonly record struct PolarLengths(int Reference, int Candidate, int Prompt);

/// <summary>
/// What POLAR's reward model reads (arXiv 2507.05197; confirmed by the authors' client): the candidate beside a reference, each
/// behind the prompt; the score is the head's on the last token.
/// <code>
/// fine-tuned:  prompt NEWLINE reference &lt;|reward|&gt; prompt NEWLINE candidate [UNUSED_TOKEN_130]
/// pre-trained: the same without the newlines
/// budget of the prompt = (16384 - 4 - |reference| - |candidate|) / 2, rounded down, its last tokens
/// </code>
/// Responses are cut to their first 4096 tokens beforehand. It is a measure of how alike two policies are: of right and wrong it
/// knows what the reference knows.
/// </summary>
internal static class PolarInput
{
    /// <summary>Between the two sides.</summary>
    public const string Separator = "<|reward|>";

    /// <summary>At the end: the token that is scored.</summary>
    public const string End = "[UNUSED_TOKEN_130]";

    // The marks' tokens.
    private const int Reserved = 4;

    /// <summary>The whole input.</summary>
    /// <param name="prompt">The prompt's text: <see cref="Messages"/> of a conversation.</param>
    /// <param name="reference">The reference's text, without its thoughts (<see cref="Answer"/>).</param>
    /// <param name="candidate">The candidate's, likewise.</param>
    /// <param name="preTrained">Whether the model is the pre-trained one, which saw no newlines.</param>
    public static string Layout(string prompt, string reference, string candidate, bool preTrained = false)
    {
        string join = preTrained ? "" : "\n";
        return $"{prompt}{join}{reference}{Separator}{prompt}{join}{candidate}{End}";
    }

    /// <summary>The contents of a list of messages as one text: a newline between them, no roles.</summary>
    public static string Messages(IEnumerable<ConversationMessage> messages) =>
        string.Join('\n', messages.Select(m => m.Content));

    /// <summary>
    /// A response without its thoughts; null where it has no more than thoughts: there is nothing to compare. (The client lets an
    /// empty response pass, by mistake.)
    /// </summary>
    public static string? Answer(string response) =>
        FinalPart.Of(response)?.Trim() is { Length: > 0 } answer ? answer : null;

    /// <summary>What is kept of each part.</summary>
    /// <param name="referenceTokens">The reference's length.</param>
    /// <param name="candidateTokens">The candidate's length.</param>
    /// <param name="maxLength">The longest input.</param>
    /// <param name="maxResponse">The longest response.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length below 0, or responses that leave no room for the marks.</exception>
    public static PolarLengths Keep(int referenceTokens, int candidateTokens, int maxLength = 16384, int maxResponse = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(referenceTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(candidateTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(maxResponse);
        int reference = Math.Min(referenceTokens, maxResponse), candidate = Math.Min(candidateTokens, maxResponse);
        int rest = maxLength - Reserved - reference - candidate;
        ArgumentOutOfRangeException.ThrowIfNegative(rest, nameof(maxLength));
        return new PolarLengths(reference, candidate, rest / 2);
    }

    /// <summary>What either side keeps of the prompt: its last tokens, as many as there is room for.</summary>
    /// <param name="prompt">The prompt's tokens.</param>
    /// <param name="lengths">From <see cref="Keep"/>.</param>
    public static int[] LastTokens(ReadOnlySpan<int> prompt, PolarLengths lengths) =>
        prompt[Math.Max(0, prompt.Length - lengths.Prompt)..].ToArray();
}
