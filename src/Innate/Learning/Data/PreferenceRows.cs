using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Rows for preference training, one JSON object a line: <c>prompt</c> (a text or messages) with <c>chosen</c> and
/// <c>rejected</c> (texts, or one assistant message each); or <c>chosen</c> and <c>rejected</c> as whole conversations that
/// share all but their last message. Other fields are passed over.
/// </summary>
internal static class PreferenceRows
{
    /// <summary>Reads a file; prompts and responses are encoded as for scoring.</summary>
    /// <param name="file">JSON lines.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="format">Chat template or raw.</param>
    /// <param name="options">Lengths; null: the defaults. A row is as long as its prompt and its longer response.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or no row is left.</exception>
    public static TrainingRows<PreferenceExample> Read(
        string file, Tokenizer tokenizer, Func<ChatFormat> format, TrainingRowOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= new TrainingRowOptions();
        RowTokens tokens = new(tokenizer, format, options.VocabularySize);
        return TrainingRowReader.Read(
            file,
            options,
            row =>
            {
                PreferenceExample example = Encode(row, tokens);
                int response = Math.Max(example.Chosen.Length, example.Rejected.Length);
                return new RowExample<PreferenceExample>(example, example.Prompt.Length + response);
            },
            Truncate,
            cancellation);
    }

    private static PreferenceExample Encode(RowFields row, RowTokens tokens)
    {
        Answer chosen = Answer.Read(row, "chosen"), rejected = Answer.Read(row, "rejected");
        return new PreferenceExample(
            tokens.OfPrompt(Prompt(row, chosen, rejected)), InField("chosen", chosen), InField("rejected", rejected));

        int[] InField(string field, Answer answer) => answer.Text.Length > 0
            ? tokens.OfResponse(answer.Text)
            : throw new InputException($"\"{field}\": expected a response, found an empty one");
    }

    private static RowPrompt Prompt(RowFields row, Answer chosen, Answer rejected)
    {
        if (!chosen.Before.SequenceEqual(rejected.Before))
        {
            throw new InputException(
                "\"rejected\": expected the messages before the last to be those of \"chosen\", found others");
        }

        bool isInside = chosen.Before.Count > 0;
        if (!row.Has("prompt"))
        {
            return isInside
                ? new RowPrompt(null, chosen.Before)
                : throw new InputException("\"prompt\": expected what \"chosen\" and \"rejected\" answer, found nothing");
        }

        RowPrompt stated = RowPrompt.Of(row, "prompt");
        if (!isInside) return stated;

        // Published sets state the prompt a second time, as text: that of the last user message.
        bool agrees = stated.Messages?.SequenceEqual(chosen.Before)
            ?? chosen.Before.Any(m => m.Role == "user" && m.Content == stated.Text);
        return agrees
            ? new RowPrompt(null, chosen.Before)
            : throw new InputException("\"prompt\": expected what \"chosen\" begins with, found another");
    }

    private static PreferenceExample? Truncate(PreferenceExample example, int length)
    {
        int left = length - example.Prompt.Length;
        return left < 1 ? null : example with { Chosen = Cut(example.Chosen), Rejected = Cut(example.Rejected) };

        int[] Cut(int[] ids) => ids.Length <= left ? ids : ids[..left];
    }

    /// <summary>A response, and the conversation that its field states before it.</summary>
    private sealed record Answer(List<ConversationMessage> Before, string Text)
    {
        public static Answer Read(RowFields row, string field)
        {
            if (!row.IsMessages(field)) return new Answer([], row.Text(field));
            List<ConversationMessage> messages = row.Messages(field);
            return messages[^1].Role == "assistant"
                ? new Answer(messages[..^1], messages[^1].Content)
                : throw new InputException(
                    $"\"{field}\": expected the last message to be an assistant's, found one of '{messages[^1].Role}'");
        }
    }
}
