using Innate.Models;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// A conversation's assistant turns, each a response to what stands before it: one sequence, one pass, and of its trace a part
/// for
/// each turn. Nothing follows a turn's last action, as where the turn is scored alone.
/// </summary>
internal static class ConversationTurns
{
    /// <summary>A row's turns.</summary>
    /// <param name="format">How text becomes ids.</param>
    /// <param name="row">A row whose prompt is messages, with one response.</param>
    /// <exception cref="InputException">It is another row, raw mode, or its template has no common sequence for the
    /// turns.</exception>
    public static EncodedRow Encode(ChatFormat format, Row row)
    {
        if (row.Prompt.Messages is not { } before || row.Responses is not [{ Ids: null } last])
        {
            throw new InputException(
                "expected a conversation in \"messages\" that an assistant ends, found "
                + (row.Prompt.Messages is null ? "no messages" : row.Responses is [_] ? "a response of ids"
                    : $"{row.Responses.Count} responses"));
        }

        ConversationMessage said = last.Message ?? new ConversationMessage("assistant", last.Text!);
        EncodedTurns turns = TurnEncoder.Encode(format, [.. before, said], row.Prompt.Arguments);
        int first = turns.Turns[0].Start;
        return new EncodedRow(new TraceQuery(turns.Ids[..first], [turns.Ids[first..]]))
        {
            Turns = [.. turns.Turns.Select(t => t with { Start = t.Start - first, End = t.End - first })],
        };
    }
}
