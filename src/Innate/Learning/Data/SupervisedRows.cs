using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Rows for supervised training, one JSON object a line: <c>messages</c> of which the last is an assistant's; or <c>prompt</c>
/// (a text or messages) and <c>completion</c> (a text, or one assistant message); or <c>text</c>. Other fields are passed over.
/// </summary>
internal static class SupervisedRows
{
    private static readonly string[] Forms = ["messages", "completion", "text"];

    /// <summary>
    /// Reads a file. Prompts and responses are encoded as for scoring; a <c>text</c> gets the tokenizer's own special tokens, and
    /// its end-of-sequence token at the end where it has one.
    /// </summary>
    /// <param name="file">JSON lines.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="format">Chat template or raw; asked for when the first row needs it.</param>
    /// <param name="options">Loss, lengths; null: the defaults.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or no row is left.</exception>
    public static TrainingRows<SequenceExample> Read(
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
                SequenceExample example = Encode(row, tokens, options.Loss);
                return new RowExample<SequenceExample>(example, example.Tokens.Length);
            },
            Truncate,
            cancellation);
    }

    private static SequenceExample Encode(RowFields row, RowTokens tokens, LossTokens loss)
    {
        string form = Form(row);
        if (form == "text")
        {
            if (loss == LossTokens.Assistant)
            {
                throw new InputException("\"text\": expected \"messages\" for a loss on assistant messages, found a plain text");
            }

            int[] ids = tokens.OfText(row.Text("text"));
            if (ids.Length < 2) throw new InputException($"\"text\": expected at least 2 tokens, found {ids.Length}");
            return new SequenceExample(ids, Counted(ids.Length, 1));
        }

        (RowPrompt prompt, string response) = form == "messages" ? OfMessages(row) : OfCompletion(row);
        if (loss == LossTokens.Assistant && prompt.Messages is { } before)
        {
            if (tokens.IsRaw) _ = tokens.OfPrompt(prompt); // Says that messages need the template.
            return tokens.OfTurns([.. before, new ConversationMessage("assistant", response)]);
        }

        int[] asked = tokens.OfPrompt(prompt), answered = tokens.OfResponse(response);
        int first = loss == LossTokens.All ? 1 : asked.Length;
        return new SequenceExample([.. asked, .. answered], Counted(asked.Length + answered.Length, first));
    }

    private static string Form(RowFields row)
    {
        string[] forms = [.. Forms.Where(row.Has)];
        return forms.Length switch
        {
            1 => forms[0],
            0 => throw new InputException(row.Has("prompt")
                ? "\"completion\": expected the answer to \"prompt\", found nothing"
                : "expected \"messages\", \"prompt\" with \"completion\", or \"text\", found none of them"),
            _ => throw new InputException($"expected one of \"{forms[0]}\" and \"{forms[1]}\", found both"),
        };
    }

    private static (RowPrompt Prompt, string Response) OfMessages(RowFields row)
    {
        List<ConversationMessage> messages = row.Messages("messages");
        if (messages[^1].Role != "assistant")
        {
            throw new InputException(
                $"\"messages\": expected the last one to be an assistant's, found a message of '{messages[^1].Role}'");
        }

        if (messages.Count == 1) throw new InputException("\"messages\": expected a message before the assistant's, found none");
        return (new RowPrompt(null, messages[..^1]), messages[^1].Content);
    }

    private static (RowPrompt Prompt, string Response) OfCompletion(RowFields row) =>
        (RowPrompt.Of(row, "prompt"),
            row.IsMessages("completion") ? OnlyAnswer(row.Messages("completion")) : row.Text("completion"));

    private static string OnlyAnswer(List<ConversationMessage> messages) => messages is [{ Role: "assistant" } answer]
        ? answer.Content
        : throw new InputException("\"completion\": expected a text or one assistant message, found other messages");

    private static bool[] Counted(int length, int first)
    {
        bool[] counted = new bool[length];
        counted.AsSpan(first).Fill(true);
        return counted;
    }

    private static SequenceExample? Truncate(SequenceExample example, int length) =>
        example.Counted.AsSpan(0, length).Contains(true)
            ? new SequenceExample(example.Tokens[..length], example.Counted[..length])
            : null;
}
