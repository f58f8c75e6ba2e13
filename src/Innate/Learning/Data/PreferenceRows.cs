using Innate.Models;
using Innate.Rows;
using Innate.Text;

namespace Innate.Learning.Data;

/// <summary>
/// Rows for preference training: any row with a better and a worse response (<see cref="PreferenceForms"/>). Other fields are
/// passed over.
/// </summary>
internal static class PreferenceRows
{
    /// <summary>Reads a file; prompts and responses are encoded as for scoring.</summary>
    /// <param name="file">Rows in any format (<see cref="RowInput"/>).</param>
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
            line =>
            {
                TraceQuery query = tokens.Of(Pair(RowParser.Parse(line, options.Columns)));
                PreferenceExample example = new(query.Prompt, query.Responses[0], query.Responses[1]);
                int response = Math.Max(example.Chosen.Length, example.Rejected.Length);
                return new RowExample<PreferenceExample>(example, example.Prompt.Length + response);
            },
            Truncate,
            cancellation);
    }

    /// <summary>A row that is a pair.</summary>
    /// <exception cref="InputException">It is another.</exception>
    public static Row Pair(Row row) => row.Shape == ResponseShape.Pair
        ? row
        : throw new InputException("the row has no pair; expected \"chosen\" and \"rejected\"");

    private static PreferenceExample? Truncate(PreferenceExample example, int length)
    {
        int left = length - example.Prompt.Length;
        return left < 1 ? null : example with { Chosen = Cut(example.Chosen), Rejected = Cut(example.Rejected) };

        int[] Cut(int[] ids) => ids.Length <= left ? ids : ids[..left];
    }
}
