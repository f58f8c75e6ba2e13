using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// HH-RLHF's transcripts: turns that begin with a blank line and <c>Human:</c> or <c>Assistant:</c>.
/// </summary>
internal static class HhTranscript
{
    private const string Human = "\n\nHuman:";
    private const string Assistant = "\n\nAssistant:";

    /// <summary>A transcript's messages; null where the text is none.</summary>
    public static List<ConversationMessage>? Parse(string text)
    {
        if (!text.StartsWith(Human, StringComparison.Ordinal) || !text.Contains(Assistant, StringComparison.Ordinal)) return null;
        List<ConversationMessage> messages = [];
        int at = 0;
        while (at < text.Length)
        {
            bool asks = text.AsSpan(at).StartsWith(Human, StringComparison.Ordinal);
            int begin = at + (asks ? Human : Assistant).Length;
            int end = Math.Min(Next(Human), Next(Assistant));
            messages.Add(new ConversationMessage(asks ? "user" : "assistant", text[begin..end].Trim()));
            at = end;

            int Next(string mark) =>
                text.IndexOf(mark, begin, StringComparison.Ordinal) is >= 0 and int found ? found : text.Length;
        }

        return messages;
    }
}
