using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Rows;

/// <summary>
/// Row to token ids, checked: what passes here the model takes, so that a bad row never takes down its batch. The tokenizer
/// and the template are only loaded for rows that hold text.
/// </summary>
/// <param name="format">Makes what turns text into ids; asked for once, by the first row that holds text.</param>
/// <param name="limits">The ids and lengths that the model takes.</param>
/// <param name="texts">The tokenizer that gives each token's text; null: none is asked for.</param>
internal sealed class RowEncoder(Func<ChatFormat> format, ModelLimits limits, Func<Tokenizer>? texts = null)
{
    private readonly Lazy<ChatFormat> _format = new(format);

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

/// <summary>What a model takes.</summary>
internal sealed record ModelLimits(int VocabularySize, int MaxPositions)
{
    public static ModelLimits Of(ITraceSource source) => new(source.VocabularySize, source.MaxPositions);

    /// <exception cref="InputException">
    /// An empty part, an id outside the vocabulary, or more tokens than the context holds.
    /// </exception>
    public void Require(TraceQuery query)
    {
        RequirePrompt(query.Prompt, room: 1);
        for (int i = 0; i < query.Responses.Count; i++)
        {
            int[] response = query.Responses[i];
            string name = query.Responses.Count == 1 ? "the response" : $"response {i}";
            if (response.Length == 0) throw new InputException($"{name} encodes to no token; there is nothing to score");
            RequireIds(response, name);
            long length = (long)query.Prompt.Length + response.Length;
            if (length > MaxPositions)
            {
                throw new InputException(
                    $"prompt ({query.Prompt.Length} tokens) and {name} ({response.Length}) are {length} tokens, "
                    + $"{length - MaxPositions} more than the model's context of {MaxPositions}");
            }
        }
    }

    /// <exception cref="InputException">An empty prompt, an id outside the vocabulary, or no room left after it.</exception>
    public void RequirePrompt(int[] prompt, int room)
    {
        if (prompt.Length == 0)
        {
            throw new InputException("the prompt encodes to no token; the model needs at least one to start from");
        }

        RequireIds(prompt, "the prompt");
        if (prompt.Length + room > MaxPositions)
        {
            throw new InputException(
                $"the prompt is {prompt.Length} tokens, which leaves no room in the model's context of {MaxPositions}");
        }
    }

    private void RequireIds(int[] ids, string name)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)VocabularySize)
            {
                throw new InputException($"{name} holds the id {id}, outside the model's vocabulary of {VocabularySize}");
            }
        }
    }
}
