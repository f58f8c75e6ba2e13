using Innate.Text;

namespace Innate.Judges;

/// <summary>A conversation as the text that a judge is shown.</summary>
internal static class Questions
{
    /// <summary>One user message is its own text; anything longer names who speaks.</summary>
    public static string TextOf(IReadOnlyList<ConversationMessage> conversation) => conversation is [{ Role: "user" } only]
        ? only.Content
        : string.Join("\n\n", conversation.Select(m => $"{Speaker(m.Role)}: {m.Content}"));

    private static string Speaker(string role) => role.Length == 0 ? "?" : char.ToUpperInvariant(role[0]) + role[1..];
}
