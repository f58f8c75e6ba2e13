namespace Innate.Text;

/// <summary>
/// A prompt as the model reads it. Responses are encoded in its context (<see cref="ChatFormat.EncodeResponse"/>).
/// </summary>
/// <param name="Text">The text whose encoding the ids are: the rendered template, or in raw mode the prompt itself.</param>
/// <param name="Ids">Its token ids.</param>
public sealed record EncodedPrompt(string Text, int[] Ids)
{
    /// <summary>Whether the tokenizer's own first special tokens stand before the text's ids (raw mode).</summary>
    internal bool HasBeginning { get; init; }

    /// <summary>A text as it is, with no special tokens of the tokenizer's own.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="text">The text.</param>
    public static EncodedPrompt Of(Tokenizer tokenizer, string text) => new(text, tokenizer.Encode(text));

    /// <summary>The ids of text that goes on from here: those that follow these ids in the encoding of all of it.</summary>
    /// <param name="tokenizer">The tokenizer of the ids.</param>
    /// <param name="rest">The text.</param>
    public EncodedResponse Continue(Tokenizer tokenizer, string rest)
    {
        string whole = Text + rest;
        int[] ids = HasBeginning ? tokenizer.EncodeBeginning(whole) : tokenizer.Encode(whole);
        return ids.AsSpan().StartsWith(Ids)
            ? new EncodedResponse(ids[Ids.Length..], Straddles: false)
            : new EncodedResponse(tokenizer.EncodeContinuation(rest), Straddles: true);
    }

    /// <summary>This and what follows it, as the beginning of more.</summary>
    internal EncodedPrompt With(string rest, int[] ids) => this with { Text = Text + rest, Ids = [.. Ids, .. ids] };
}

/// <summary>A response as the model reads it.</summary>
/// <param name="Ids">Its token ids, the end of the turn included; raw mode has none.</param>
/// <param name="Straddles">
/// Whether a token of the whole text's encoding lies across the end of the prompt. The prompt's ids are kept, and the response
/// is encoded as what goes on from them: the model may never have seen the text cut there.
/// </param>
public readonly record struct EncodedResponse(int[] Ids, bool Straddles);
