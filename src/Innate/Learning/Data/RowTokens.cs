using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Conversations and texts as token ids, by the same convention as scoring and sampling (<see cref="ChatFormat"/>): what is
/// learned is what will be asked for.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="format">Made when the first row needs it: rows of plain text need no chat template.</param>
/// <param name="vocabularySize">Ids the model takes; null: any.</param>
internal sealed class RowTokens(Tokenizer tokenizer, Func<ChatFormat> format, int? vocabularySize)
{
    private readonly Lazy<ChatFormat> _format = new(format);
    private readonly int? _end = tokenizer.EndOfSequence is { } text ? tokenizer.TokenToId(text) : null;

    /// <summary>Whether the chat template is bypassed.</summary>
    public bool IsRaw => _format.Value.IsRaw;

    /// <summary>
    /// A plain text: raw mode's prompt (the tokenizer's own special tokens around it) and then the tokenizer's end-of-sequence
    /// token, where it has one and has not written it itself.
    /// </summary>
    public int[] OfText(string text)
    {
        int[] ids = tokenizer.Encode(text, addSpecialTokens: true);
        return Known(_end is int end && (ids.Length == 0 || ids[^1] != end) ? [.. ids, end] : ids, "text");
    }

    /// <summary>A prompt's ids; at least one.</summary>
    public int[] OfPrompt(RowPrompt prompt)
    {
        ChatFormat chat = _format.Value;
        int[] ids = prompt.Messages is null ? chat.EncodePrompt(prompt.Text!) : chat.EncodePrompt(prompt.Messages);
        if (ids.Length == 0) throw new InputException("the prompt: expected at least one token, found none");
        return Known(ids, "the prompt");
    }

    /// <summary>A response's ids, the end-of-turn token included.</summary>
    public int[] OfResponse(string text)
    {
        if (text.Length == 0) throw new InputException("the response: expected text, found none");
        return Known(_format.Value.EncodeResponse(text), "the response");
    }

    /// <summary>
    /// A conversation whose assistant messages are all to be learned: each as a response to the conversation before it.
    /// </summary>
    /// <exception cref="InputException">
    /// The template does not write a conversation as the beginning of the longer one, so the turns have no common sequence.
    /// </exception>
    public SequenceExample OfTurns(IReadOnlyList<ConversationMessage> messages)
    {
        string end = tokenizer.IdToToken(_format.Value.EndOfTurnId!.Value)!;
        List<int> tokens = [];
        List<bool> counted = [];
        string written = "";
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != "assistant") continue;
            if (i == 0) throw new InputException("\"messages[0]\": expected a message to answer, found an assistant's");
            string prompt = _format.Value.RenderPrompt([.. messages.Take(i)]);
            if (!prompt.StartsWith(written, StringComparison.Ordinal))
            {
                throw new InputException(
                    "the loss on every assistant message needs a chat template that writes a conversation as the beginning of "
                    + $"the longer one, and this one writes the messages before \"messages[{i}]\" differently; take the loss on "
                    + "the last response");
            }

            Add(Between(written, prompt, end), learn: false);
            if (tokens.Count == 0) throw new InputException("the prompt: expected at least one token, found none");
            Add(OfResponse(messages[i].Content), learn: true);
            written = prompt + messages[i].Content + end;
        }

        return new SequenceExample([.. tokens], [.. counted]);

        void Add(int[] ids, bool learn)
        {
            tokens.AddRange(ids);
            counted.AddRange(Enumerable.Repeat(learn, ids.Length));
        }
    }

    // What stands between two responses, encoded after the token that it follows: some tokenizers treat a text's beginning
    // otherwise.
    private int[] Between(string written, string prompt, string end)
    {
        if (written.Length == 0) return Known(tokenizer.Encode(prompt), "the prompt");
        int[] ids = tokenizer.Encode(end + prompt[written.Length..]);
        return Known(ids.Length > 0 && ids[0] == _format.Value.EndOfTurnId ? ids[1..] : ids, "the prompt");
    }

    private int[] Known(int[] ids, string place)
    {
        foreach (int id in ids)
        {
            if (id >= vocabularySize)
            {
                throw new InputException($"{place}: expected ids below the model's vocabulary of {vocabularySize}, found {id}");
            }
        }

        return ids;
    }
}

/// <summary>A prompt in one of its two forms; exactly one is set.</summary>
internal sealed record RowPrompt(string? Text, IReadOnlyList<ConversationMessage>? Messages)
{
    /// <summary>The prompt in a field.</summary>
    public static RowPrompt Of(RowFields row, string field) =>
        row.IsMessages(field) ? new RowPrompt(null, row.Messages(field)) : new RowPrompt(row.Text(field), null);
}
