namespace Innate.Text;

/// <summary>One message of a conversation, in its simplest form; richer ones are rendered from JSON.</summary>
/// <param name="Role">Who speaks: "system", "user", "assistant", or what else the template knows.</param>
/// <param name="Content">What is said.</param>
public sealed record ConversationMessage(string Role, string Content);
