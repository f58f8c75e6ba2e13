using Innate.Models;
using Innate.Rows;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Conversations and texts as token ids, by the same convention as scoring and sampling (<see cref="ChatFormat"/>): what is
/// learned is what will be asked for.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="format">Made when the first row needs it: rows of plain text need no chat template.</param>
/// <param name="vocabularySize">Ids the model takes; null: any.</param>
/// <param name="reading">How a row is read; null: as a language model does.</param>
internal sealed class RowTokens(
    Tokenizer tokenizer, Func<ChatFormat> format, int? vocabularySize, RowEncoderOptions? reading = null)
{
    private readonly Lazy<ChatFormat> _format = new(format);
    private RowEncoder? _encoder;
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

    /// <summary>A prompt and its responses, encoded as for scoring; the prompt has at least one token.</summary>
    /// <exception cref="InputException">What cannot be encoded, or an id that the model does not take.</exception>
    public TraceQuery Of(Row row)
    {
        TraceQuery query = Encoder.Encode(row);
        _ = OfPrompt(query.Prompt);
        for (int i = 0; i < query.Responses.Count; i++)
        {
            Known(query.Responses[i], row.Shape == ResponseShape.Pair ? i == 0 ? "\"chosen\"" : "\"rejected\"" : "the response");
        }

        return query;
    }

    /// <summary>A prompt's ids; at least one.</summary>
    /// <exception cref="InputException">What cannot be encoded, or an id that the model does not take.</exception>
    public int[] OfPrompt(RowPrompt prompt) => OfPrompt(Encoder.EncodePrompt(prompt));

    /// <summary>
    /// A conversation whose assistant messages are all to be learned: each as a response to the conversation before it.
    /// </summary>
    /// <exception cref="InputException">
    /// The template does not write a conversation as the beginning of the longer one, so the turns have no common sequence.
    /// </exception>
    public SequenceExample OfTurns(IReadOnlyList<ConversationMessage> messages, TemplateArguments? arguments)
    {
        EncodedTurns turns = TurnEncoder.Encode(_format.Value, messages, arguments);
        bool[] counted = new bool[turns.Ids.Length];
        foreach ((_, int start, int end) in turns.Turns) counted.AsSpan(start, end - start).Fill(true);
        return new SequenceExample(Known(turns.Ids, "the conversation"), counted);
    }

    private RowEncoder Encoder =>
        _encoder ??= new RowEncoder(() => _format.Value, new ModelLimits(int.MaxValue, int.MaxValue), reading);

    private int[] OfPrompt(int[] ids) => ids.Length > 0
        ? Known(ids, "the prompt")
        : throw new InputException("the prompt: expected at least one token, found none");

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
