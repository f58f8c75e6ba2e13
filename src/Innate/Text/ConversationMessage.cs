using System.Text.Json;

namespace Innate.Text;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks: "system", "user", "assistant", or what else the template knows.</param>
/// <param name="Content">What is said; empty where a message holds nothing but calls of tools.</param>
public sealed record ConversationMessage(string Role, string Content)
{
    /// <summary>
    /// The whole message as the template is given it, where it holds more than a role and a text: tool calls, a name, thoughts.
    /// Null: role and content are all.
    /// </summary>
    public JsonElement? Fields { get; init; }

    /// <inheritdoc/>
    public bool Equals(ConversationMessage? other) =>
        other is not null && Role == other.Role && Content == other.Content && Same(Fields, other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Role, Content);

    private static bool Same(JsonElement? left, JsonElement? right) =>
        left is { } a && right is { } b ? JsonElement.DeepEquals(a, b) : left is null && right is null;
}
