using Innate.Text;

namespace Innate.Scoring.Streams;

/// <summary>A conversation and the responses to it, one of a stream that is scored.</summary>
/// <param name="Messages">The conversation so far.</param>
/// <param name="Responses">The responses' texts.</param>
public sealed record RewardRow(IReadOnlyList<ConversationMessage> Messages, IReadOnlyList<string> Responses)
{
    /// <summary>The same of one user message.</summary>
    /// <param name="prompt">The message.</param>
    /// <param name="responses">The responses' texts.</param>
    public RewardRow(string prompt, params IReadOnlyList<string> responses)
        : this([new ConversationMessage("user", prompt)], responses)
    {
    }

    /// <summary>Whatever the caller knows the row by; it comes back with the rewards.</summary>
    public object? Tag { get; init; }
}

/// <summary>A row with its rewards, or with why it has none.</summary>
/// <param name="Index">Its place in the stream, from 0.</param>
/// <param name="Row">The row.</param>
/// <param name="Rewards">One reward a response, in order; null: <paramref name="Error"/> says why.</param>
/// <param name="Error">What is wrong with the row, a sentence; null: nothing.</param>
public sealed record RewardedRow(long Index, RewardRow Row, double[]? Rewards, string? Error);
