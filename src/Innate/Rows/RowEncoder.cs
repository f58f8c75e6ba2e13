using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// Row to token ids, checked: what passes here the model takes, so that a bad row never takes down its batch. The tokenizer
/// and the template are only loaded for rows that hold text.
/// </summary>
/// <param name="format">Makes what turns text into ids; asked for once, by the first row that holds text.</param>
/// <param name="limits">The ids and lengths that the model takes.</param>
/// <param name="texts">The tokenizer that gives each token's text; null: none is asked for.</param>
public sealed class RowEncoder(Func<ChatFormat> format, ModelLimits limits, Func<Tokenizer>? texts = null)
{
    private readonly Lazy<ChatFormat> _format = new(format);

    /// <summary>The encoder of a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="options">How text becomes ids.</param>
    /// <param name="limits">The ids and lengths that count; null: the model's own.</param>
    /// <param name="withTexts">Also give each token's text, where the folder has a tokenizer.</param>
    public static RowEncoder Of(ModelSession session, ChatFormatOptions options, ModelLimits? limits = null,
        bool withTexts = false) => new(
        () => session.Format(options), limits ?? ModelLimits.Of(session.Traces),
        withTexts && session.HasTokenizer ? () => session.Tokenizer : null);

    /// <summary>Loads what text needs, and fails now where it is missing: that is the run's fault, not a row's.</summary>
    public void RequireText() => _ = _format.Value.EndOfTurnId;

    /// <summary>Never throws an <see cref="InputException"/>: a bad row is a result.</summary>
    public PreparedRow Prepare(InputLine line)
    {
        PreparedRow prepared = new(line.Number, line.End);
        Row row;
        try
        {
            row = RowParser.Parse(line);
        }
        catch (InputException e)
        {
            return prepared with { Error = e.Message };
        }

        // Text that cannot be encoded at all (no tokenizer, no chat template) is no row's fault: say so once, at the start. In a
        // file that begins with ids it is a row's matter again.
        bool hasText = row.Prompt.Ids is null || row.Responses.Any(r => r.Ids is null);
        if (hasText && line.Number == 1) RequireText();
        try
        {
            TraceQuery query = Encode(row);
            limits.Require(query);
            string[][]? tokens = texts is null ? null : [.. query.Responses.Select(r => texts().TokenTexts(r))];
            return prepared with { Row = row, Query = query, Texts = tokens };
        }
        catch (InputException e)
        {
            return prepared with { Error = e.Message };
        }
    }

    /// <exception cref="InputException">The row cannot be encoded.</exception>
    public TraceQuery Encode(Row row) => new(EncodePrompt(row.Prompt), [.. row.Responses.Select(EncodeResponse)]);

    /// <exception cref="InputException">The prompt cannot be encoded.</exception>
    public int[] EncodePrompt(RowPrompt prompt) =>
        prompt.Ids
        ?? (prompt.Messages is { } messages ? _format.Value.EncodePrompt(messages) : _format.Value.EncodePrompt(prompt.Text!));

    private int[] EncodeResponse(RowResponse response) => response.Ids ?? _format.Value.EncodeResponse(response.Text!);
}
