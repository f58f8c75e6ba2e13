using System.Text.Json;
using Innate.Models;
using Innate.Rows;
using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Rows for supervised training: any row with one response (<see cref="RowForms"/>), or a plain <c>text</c>. Other fields are
/// passed over.
/// </summary>
internal static class SupervisedRows
{
    /// <summary>
    /// Reads a file. Prompts and responses are encoded as for scoring; a <c>text</c> gets the tokenizer's own special tokens, and
    /// its end-of-sequence token at the end where it has one.
    /// </summary>
    /// <param name="file">Rows in any format (<see cref="RowInput"/>).</param>
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
            line =>
            {
                SequenceExample example = Encode(line, tokens, options);
                return new RowExample<SequenceExample>(example, example.Tokens.Length);
            },
            Truncate,
            cancellation);
    }

    private static SequenceExample Encode(InputLine line, RowTokens tokens, TrainingRowOptions options)
    {
        RowFields fields = new(RowJson.ParseObject(line), options.Columns);
        return Sequence(line, fields, tokens, options) with { Verifies = options.TellsKinds ? Verifies(fields) : null };
    }

    private static bool Verifies(RowFields fields) => fields.Get("verifies") switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw new InputException($"\"verifies\": expected true or false, found {RowJson.Describe(other)}"),
        null => throw new InputException(
            "\"verifies\": expected true for a verification or false for a solution (`innate label judgements` writes it), found "
            + "nothing"),
    };

    private static SequenceExample Sequence(InputLine line, RowFields fields, RowTokens tokens, TrainingRowOptions options)
    {
        if (fields.Has("text")) return OfText(fields, tokens, options.Loss);
        Row row = RowParser.Parse(line, options.Columns);
        if (row.Shape != ResponseShape.One)
        {
            throw new InputException("the row has several responses; expected one, such as \"prompt\" and \"completion\"");
        }

        if (options.Loss == LossTokens.Assistant && row.Prompt.Messages is { } before && row.Responses[0] is { Ids: null } last)
        {
            if (tokens.IsRaw) _ = tokens.OfPrompt(row.Prompt); // Says that messages need the template.
            ConversationMessage said = last.Message ?? new ConversationMessage("assistant", last.Text!);
            return tokens.OfTurns([.. before, said], row.Prompt.Arguments);
        }

        TraceQuery query = tokens.Of(row);
        int first = options.Loss == LossTokens.All ? 1 : query.Prompt.Length;
        int[] ids = [.. query.Prompt, .. query.Responses[0]];
        return new SequenceExample(ids, Counted(ids.Length, first));
    }

    private static SequenceExample OfText(RowFields row, RowTokens tokens, LossTokens loss)
    {
        foreach (string other in (ReadOnlySpan<string>)["messages", "prompt", "completion", "response"])
        {
            if (row.Has(other)) throw RowForms.Both(other, "text");
        }

        if (loss == LossTokens.Assistant)
        {
            throw new InputException("\"text\": expected \"messages\" for a loss on assistant messages, found a plain text");
        }

        int[] ids = tokens.OfText(row.Text("text"));
        return ids.Length >= 2
            ? new SequenceExample(ids, Counted(ids.Length, 1))
            : throw new InputException($"\"text\": expected at least 2 tokens, found {ids.Length}");
    }

    private static bool[] Counted(int length, int first)
    {
        bool[] counted = new bool[length];
        counted.AsSpan(first).Fill(true);
        return counted;
    }

    private static SequenceExample? Truncate(SequenceExample example, int length) =>
        example.Counted.AsSpan(0, length).Contains(true)
            ? example with { Tokens = example.Tokens[..length], Counted = example.Counted[..length] }
            : null;
}
