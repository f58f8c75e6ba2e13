using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>A row's prompt in one of its three forms, and what the chat template is given beside it.</summary>
public sealed record RowPrompt
{
    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A conversation.</summary>
    public IReadOnlyList<ConversationMessage>? Messages { get; init; }

    /// <summary>Token ids as they are.</summary>
    public int[]? Ids { get; init; }

    /// <summary>Tools, variables, a system prompt; null: none.</summary>
    public TemplateArguments? Arguments { get; init; }

    /// <summary>The prompt as a conversation: its messages, or one user message.</summary>
    /// <exception cref="InputException">It is given as ids.</exception>
    public IReadOnlyList<ConversationMessage> Conversation => Messages
        ?? (Text is { } text ? [new ConversationMessage("user", text)]
            : throw new InputException("expected the prompt as a text or messages, found ids"));
}

/// <summary>One response: text, or ids as they are.</summary>
public sealed record RowResponse(string? Text, int[]? Ids)
{
    /// <summary>
    /// The assistant's message, where it holds more than text: calls of tools, thoughts; null: the text is all.
    /// </summary>
    public ConversationMessage? Message { get; init; }

    /// <summary>The text's steps, where they were given one by one; null: it was given whole.</summary>
    internal IReadOnlyList<string>? Steps { get; init; }

    /// <summary>The ranges of the text that are rewarded; null: all of it.</summary>
    public IReadOnlyList<TextSpan>? Spans { get; init; }
}

/// <summary>A range of a text.</summary>
/// <param name="Start">The first UTF-16 code unit, from 0.</param>
/// <param name="End">One past the last.</param>
public readonly record struct TextSpan(int Start, int End);

/// <summary>How a row gave its responses, which decides the names of the output's fields.</summary>
public enum ResponseShape
{
    /// <summary>One response: <c>reward</c>.</summary>
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
    long Line, JsonElement Fields, RowPrompt Prompt, IReadOnlyList<RowResponse> Responses, ResponseShape Shape)
{
    /// <summary>What it says of its tokens beside their ids; null: nothing.</summary>
    internal TokenFields? Tokens { get; init; }
}
