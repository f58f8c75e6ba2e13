using Innate.Models;
using Innate.Rows;

namespace Innate.Scoring.Streams;

/// <summary>Responses to one prompt, as ids and as texts.</summary>
/// <param name="Query">The ids.</param>
/// <param name="Prompt">The prompt's text or messages, which rewards of texts read.</param>
/// <param name="Responses">The responses' texts.</param>
internal sealed record RewardQuestion(TraceQuery Query, RowPrompt Prompt, IReadOnlyList<string> Responses);

/// <summary>A row of a stream, ready for the model, or what is wrong with it.</summary>
/// <param name="Index">Its place in the stream, from 0.</param>
/// <param name="Row">The row.</param>
/// <param name="Question">What is asked of the model; null: <paramref name="Error"/> says why.</param>
/// <param name="Error">What is wrong with it.</param>
internal sealed record EncodedRewardRow(long Index, RewardRow Row, RewardQuestion? Question, string? Error)
{
    public int TokenCount => Question?.Query.TokenCount ?? 0;
}
