using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>A row's prompt in one of its three forms; exactly one property is set.</summary>
public sealed record RowPrompt
{
    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A conversation.</summary>
    public IReadOnlyList<ConversationMessage>? Messages { get; init; }

    /// <summary>Token ids as they are.</summary>
    public int[]? Ids { get; init; }
}

/// <summary>One response: text, or ids as they are.</summary>
public sealed record RowResponse(string? Text, int[]? Ids);

/// <summary>How a row gave its responses, which decides the names of the output's fields.</summary>
public enum ResponseShape
{
    /// <summary><c>response</c> or <c>response_ids</c>: <c>reward</c>.</summary>
    One,

    /// <summary><c>responses</c> or <c>responses_ids</c>: <c>rewards</c>.</summary>
    Many,

    /// <summary><c>chosen</c> and <c>rejected</c>: <c>reward_chosen</c> and <c>reward_rejected</c>.</summary>
    Pair,

    /// <summary>A row that only has a prompt (for generation).</summary>
    None,
}

/// <summary>A good row.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Fields">The whole object as it came, to be passed through.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Responses">The responses in order; chosen before rejected.</param>
/// <param name="Shape">How they were given.</param>
public sealed record Row(
    long Line, JsonElement Fields, RowPrompt Prompt, IReadOnlyList<RowResponse> Responses, ResponseShape Shape);
