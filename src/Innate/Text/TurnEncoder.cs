namespace Innate.Text;

/// <summary>A conversation as one sequence of ids.</summary>
/// <param name="Ids">All ids, up to the last assistant message's end of turn.</param>
/// <param name="Turns">For each assistant message its place among the messages, and where its ids begin and end.</param>
internal sealed record EncodedTurns(int[] Ids, IReadOnlyList<(int Message, int Start, int End)> Turns);

/// <summary>
/// A conversation whose assistant messages all count: each is encoded as the response to the conversation before it, as it would
/// be alone.
/// </summary>
internal static class TurnEncoder
{
    /// <summary>Encodes a conversation.</summary>
    /// <param name="format">How text becomes ids; not raw.</param>
    /// <param name="messages">The conversation; the first message is no assistant's.</param>
    /// <param name="arguments">What the template is given beside it; null: nothing.</param>
    /// <exception cref="InputException">
    /// The template does not write a conversation as the beginning of the longer one, so the turns have no common sequence.
    /// </exception>
    public static EncodedTurns Encode(
        ChatFormat format, IReadOnlyList<ConversationMessage> messages, TemplateArguments? arguments)
    {
        List<(int Message, int Start, int End)> turns = [];
        EncodedPrompt written = new("", []);
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != "assistant") continue;
            if (i == 0) throw new InputException("\"messages[0]\": expected a message to answer, found an assistant's");
            ConversationMessage[] before = [.. messages.Take(i)];
            string prompt = format.RenderPrompt(before, arguments);
            if (!prompt.StartsWith(written.Text, StringComparison.Ordinal))
            {
                throw new InputException(
                    "the assistant's turns have no common sequence: expected a chat template that writes a conversation as the "
                    + $"beginning of the longer one, found one that writes the messages before \"messages[{i}]\" differently");
            }

            string between = prompt[written.Text.Length..];
            EncodedPrompt asked = written.With(between, written.Continue(format.Tokenizer, between).Ids);
            if (asked.Ids.Length == 0) throw new InputException("the prompt: expected at least one token, found none");
            string words = format.WordsOf(asked, before, messages[i], arguments);
            int[] ids = format.EncodeResponse(asked, words).Ids;
            turns.Add((i, asked.Ids.Length, asked.Ids.Length + ids.Length));
            written = asked.With(format.TurnOf(words), ids);
        }

        return new EncodedTurns(written.Ids, turns);
    }
}
