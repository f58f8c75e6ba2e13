using Innate.Models;
using Innate.Text;

namespace Innate.Rows;

/// <summary>A row's ids, and what is known of them.</summary>
/// <param name="Query">Prompt and responses.</param>
public sealed record EncodedRow(TraceQuery Query)
{
    /// <summary>
    /// For each response, whether a token lies across the end of the prompt (<see cref="Text.EncodedResponse"/>).
    /// </summary>
    public IReadOnlyList<bool> Straddles { get; init; } = [];

    /// <summary>For each response the places, from 0, of its rewarded tokens, null: all; null: all of all responses.</summary>
    public IReadOnlyList<int[]?>? Rewarded { get; init; }

    /// <summary>How many tokens are a group whose rewards are told together; null: none are.</summary>
    public int? Group { get; init; }

    /// <summary>
    /// The assistant turns of a conversation, each with its place among the messages and where it begins and ends in the one
    /// response; null: the responses are what is rewarded.
    /// </summary>
    internal IReadOnlyList<(int Message, int Start, int End)>? Turns { get; init; }

    /// <summary>Each response's rewarded tokens as text.</summary>
    /// <param name="tokenizer">The model's.</param>
    public string[][] TokenTexts(Tokenizer tokenizer) => Turns is { } turns
        ? [.. turns.Select(t => tokenizer.TokenTexts(Query.Responses[0].AsSpan(t.Start, t.End - t.Start)))]
        :
    [
        .. Query.Responses.Select((ids, i) =>
        {
            string[] texts = tokenizer.TokenTexts(ids);
            return Rewarded?[i] is { } places ? Array.ConvertAll(places, h => texts[h]) : texts;
        }),
    ];
}
