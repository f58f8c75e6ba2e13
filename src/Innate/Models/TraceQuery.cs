using Innate.Text;

namespace Innate.Models;

/// <summary>A prompt and the responses to it, as token ids: one token tree.</summary>
/// <param name="Prompt">The prompt's ids; at least one.</param>
/// <param name="Responses">Each response's ids; at least one id each.</param>
public sealed record TraceQuery(int[] Prompt, IReadOnlyList<int[]> Responses)
{
    /// <summary>Tokens of the tree: the prompt once and every response.</summary>
    public int TokenCount => Prompt.Length + Responses.Sum(r => r.Length);

    /// <summary>A conversation and the responses to it.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="messages">The conversation; in raw mode its texts, with a blank line between them.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="whole">
    /// For a trained reward model, which reads a conversation as the template writes it, its own tail included. Raw mode has
    /// none.
    /// </param>
    /// <param name="arguments">What the template is given beside them; null: nothing.</param>
    /// <exception cref="InputException">A response is empty, or the template refuses the messages.</exception>
    public static TraceQuery Of(
        ChatFormat format, IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> responses, bool whole = false,
        TemplateArguments? arguments = null)
    {
        if (whole && !format.IsRaw)
        {
            return OfSequences([.. responses.Select(r => format.EncodeConversation(messages, r, arguments))]);
        }

        EncodedPrompt prompt = format.IsRaw
            ? format.EncodePrompt(string.Join("\n\n", messages.Select(m => m.Content)), arguments)
            : format.EncodePrompt(messages, arguments);
        return new TraceQuery(prompt.Ids, [.. responses.Select(r => format.EncodeResponse(prompt, r).Ids)]);
    }

    /// <summary>A user's message, in raw mode a text, and the responses to it.</summary>
    /// <inheritdoc cref="Of(ChatFormat, IReadOnlyList{ConversationMessage}, IReadOnlyList{string}, bool, TemplateArguments?)"/>
    public static TraceQuery Of(ChatFormat format, string prompt, IReadOnlyList<string> responses, bool whole = false) =>
        Of(format, [new ConversationMessage("user", prompt)], responses, whole);

    /// <summary>
    /// Whole sequences: what they begin with in common is the prompt, the rest of each, at least its last id, a response.
    /// </summary>
    /// <param name="sequences">The sequences; at least one.</param>
    /// <exception cref="InputException">One has less than two ids.</exception>
    public static TraceQuery OfSequences(IReadOnlyList<int[]> sequences)
    {
        int shared = sequences.Min(s => s.Length) - 1;
        foreach (int[] s in sequences) shared = Math.Min(shared, s.AsSpan().CommonPrefixLength(sequences[0]));
        return shared > 0
            ? new TraceQuery(sequences[0][..shared], [.. sequences.Select(s => s[shared..])])
            : throw new InputException("the text is less than two tokens; there is nothing to score");
    }
}
