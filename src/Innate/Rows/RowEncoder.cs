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
/// <param name="options">What is read of a row, and how; null: all of it, for a language model.</param>
public sealed class RowEncoder(Func<ChatFormat> format, ModelLimits limits, RowEncoderOptions? options = null)
{
    private readonly Lazy<ChatFormat> _format = new(format);
    private readonly RowEncoderOptions _options = options ?? new RowEncoderOptions();
    private bool _begun;

    /// <summary>The encoder of a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="options">How text becomes ids.</param>
    /// <param name="limits">The ids and lengths that count; null: the model's own.</param>
    /// <param name="withTexts">Also give each token's text, where the folder has a tokenizer.</param>
    /// <param name="columns">The file's own names of fields; null: none of its own.</param>
    /// <param name="part">What of a response is rewarded.</param>
    /// <param name="turns">Whether each assistant turn of a conversation is rewarded.</param>
    public static RowEncoder Of(
        ModelSession session, ChatFormatOptions options, ModelLimits? limits = null, bool withTexts = false,
        RowColumns? columns = null, ResponsePart part = ResponsePart.All, bool turns = false) => new(
        () => session.Format(options), limits ?? ModelLimits.Of(session.Traces),
        new RowEncoderOptions
        {
            Texts = withTexts && session.HasTokenizer ? () => session.Tokenizer : null,
            WholeConversations = session.IsClassifier,
            Columns = columns,
            Part = part,
            Turns = turns,
        });

    /// <summary>The same with logits that are pushed from those of a null prompt.</summary>
    /// <param name="guidance">How far; null: not.</param>
    /// <param name="nullPrompt">The null prompt of rows that give none; null: none.</param>
    internal RowEncoder Guided(Guidance? guidance, RowPrompt? nullPrompt) =>
        new(format, limits, _options with { Guidance = guidance, NullPrompt = nullPrompt });

    /// <summary>The same with something that reads rows in the place of their conversations; null: nothing does.</summary>
    internal RowEncoder With(Func<Row, Tokenizer, IReadOnlyList<int[]>>? reader) =>
        new(format, limits, _options with { Reader = reader });

    /// <summary>Loads what text needs, and fails now where it is missing: that is the run's fault, not a row's.</summary>
    public void RequireText() => _ = _format.Value.EndOfTurnId;

    /// <summary>Never throws an <see cref="InputException"/> for a row: a bad row is a result.</summary>
    /// <param name="line">The row as it came.</param>
    public PreparedRow Prepare(InputLine line)
    {
        bool isFirst = !_begun;
        _begun = true;
        PreparedRow prepared = new(line.Number, line.End);
        Row row;
        try
        {
            row = RowParser.Parse(line, _options.Columns);
        }
        catch (InputException e)
        {
            return prepared with { Error = e.Message, IsUnread = true };
        }

        // Text that cannot be encoded at all (no tokenizer, no chat template) is no row's fault: say so once, at the start. In a
        // file that begins with ids it is a row's matter again.
        bool hasText = row.Prompt.Ids is null || row.Responses.Any(r => r.Ids is null);
        if (hasText && isFirst) RequireText();
        try
        {
            EncodedRow encoded = EncodeRow(row);
            limits.Require(encoded.Query);
            return prepared with
            {
                Row = row,
                Encoded = encoded,
                Texts = _options.Texts is { } texts ? encoded.TokenTexts(texts()) : null,
            };
        }
        catch (InputException e)
        {
            return prepared with { Error = e.Message };
        }
    }

    /// <summary>A row's ids alone.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InputException">The row cannot be encoded.</exception>
    public TraceQuery Encode(Row row) => EncodeRow(row).Query;

    /// <summary>A row's ids, and what of them is rewarded.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InputException">The row cannot be encoded.</exception>
    public EncodedRow EncodeRow(Row row)
    {
        EncodedRow encoded = EncodeIds(row);
        if (row.Tokens is null && _options is { Guidance: null, NullPrompt: null }) return encoded;
        return encoded with { Query = Steered(encoded.Query, row.Tokens), Group = row.Tokens?.Group };
    }

    private TraceQuery Steered(TraceQuery query, TokenFields? fields)
    {
        bool isWhole = _options.Reader is not null || _options.Turns || _options.WholeConversations;
        if (fields?.Allowed is not null && isWhole)
        {
            throw new InputException(
                "\"allowed\": expected none with a reward that reads whole conversations, which leaves no ids out, found some");
        }

        RowPrompt? without = fields?.NullPrompt ?? _options.NullPrompt;
        if (_options.Guidance is not null && without is null)
        {
            throw new InputException("\"null_prompt_ids\": expected the prompt that guidance compares with, found none");
        }

        if (_options.Guidance is { ImageScale: not null } && fields?.ImagePrompt is null)
        {
            throw new InputException("\"image_prompt_ids\": expected the image's prompt for guidance in three ways, found none");
        }

        return query with
        {
            Allowed = fields?.Allowed,
            NullPrompt = without is null ? null : EncodePrompt(without),
            ImagePrompt = _options.Guidance is { ImageScale: not null } ? fields?.ImagePrompt : null,
            Guidance = _options.Guidance,
        };
    }

    private EncodedRow EncodeIds(Row row)
    {
        if (_options.Reader is { } reader) return new EncodedRow(TraceQuery.OfSequences(reader(row, _format.Value.Tokenizer)));
        if (_options.WholeConversations && row.Prompt.Ids is null && row.Responses.All(r => r.Ids is null)
            && (_format.Value.JudgesSteps || !_format.Value.IsRaw))
        {
            return Whole(row);
        }

        if (_options.Turns) return ConversationTurns.Encode(_format.Value, row);
        EncodedPrompt? text = row.Prompt.Ids is null ? Prompt(row.Prompt) : null;
        EncodedResponse[] responses = new EncodedResponse[row.Responses.Count];
        for (int i = 0; i < responses.Length; i++)
        {
            try
            {
                responses[i] = Response(row.Prompt, ref text, row.Responses[i]);
            }
            catch (InputException e) when (row.Shape == ResponseShape.Pair)
            {
                throw new InputException($"\"{(i == 0 ? "chosen" : "rejected")}\": {e.Message}", e);
            }
        }

        IReadOnlyList<int[]?> rewarded =
            [.. row.Responses.Select((r, i) => RewardedTokens.Of(_options.Part, r, text?.Text, responses[i].Ids, Tokenizer))];
        return new EncodedRow(new TraceQuery(text?.Ids ?? row.Prompt.Ids!, [.. responses.Select(r => r.Ids)]))
        {
            Straddles = [.. responses.Select(r => r.Straddles)],
            Rewarded = rewarded.All(r => r is null) ? null : rewarded,
        };
    }

    /// <summary>A prompt's ids.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="InputException">The prompt cannot be encoded.</exception>
    public int[] EncodePrompt(RowPrompt prompt) => prompt.Ids ?? Prompt(prompt).Ids;

    private Tokenizer Tokenizer() => _format.Value.Tokenizer;

    private EncodedPrompt Prompt(RowPrompt prompt) => prompt.Messages is { } messages
        ? _format.Value.EncodePrompt(messages, prompt.Arguments)
        : _format.Value.EncodePrompt(prompt.Text!, prompt.Arguments);

    private EncodedResponse Response(RowPrompt prompt, ref EncodedPrompt? text, RowResponse response)
    {
        if (response.Ids is { } ids) return new EncodedResponse(ids, false);
        text ??= _format.Value.PromptOf(prompt.Ids!);
        string words = response.Message is { } message
            ? _format.Value.WordsOf(text, prompt.Conversation, message, prompt.Arguments)
            : response.Text!;
        return _format.Value.EncodeResponse(text, words);
    }

    // What a trained reward model reads: the conversation as the template writes it, its tail included. What the conversations
    // have in common is read once.
    private EncodedRow Whole(Row row)
    {
        if (_format.Value.JudgesSteps)
        {
            EncodedPrompt prompt = Prompt(row.Prompt);
            return new EncodedRow(TraceQuery.OfSteps(
                _format.Value, prompt, [.. row.Responses.Select(r => r.Steps ?? _format.Value.StepsOf(r.Text!))]));
        }

        int[][] all = [.. row.Responses.Select(r => r.Message is { } message
            ? _format.Value.EncodeConversation(row.Prompt.Conversation, message, row.Prompt.Arguments)
            : _format.Value.EncodeConversation(row.Prompt.Conversation, r.Text!, row.Prompt.Arguments))];
        return new EncodedRow(TraceQuery.OfSequences(all));
    }
}
