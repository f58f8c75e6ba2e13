using Innate.Judges;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Benchmarks.Evaluation;

/// <summary>An item as token ids, or why the model cannot hold it.</summary>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Item">The item.</param>
/// <param name="Queries">One a question; null: see <see cref="Refusal"/>.</param>
/// <param name="StepEnds">Of an item with steps: the response tokens up to the end of each step.</param>
/// <param name="Refusal">Why it has no ids.</param>
internal sealed record EncodedItem(
    int Index, BenchmarkItem Item, IReadOnlyList<TraceQuery>? Queries, int[]? StepEnds, string? Refusal)
{
    public int TokenCount => Queries?.Sum(q => q.TokenCount) ?? 0;
}

/// <summary>
/// Items to token ids, by the one convention (<see cref="ChatFormat"/>). Raw mode has no roles: the prompt is its messages' texts
/// with a blank line between them. The steps of an item are encoded one by one, a blank line after each but the last, so that
/// every token belongs to one step.
/// </summary>
internal sealed class ItemEncoder(ModelSession session, ChatFormatOptions options, ModelLimits limits)
{
    private readonly ChatFormat _format = session.Format(options);

    /// <summary>Never throws an <see cref="InputException"/>: an item that does not fit is a result.</summary>
    public EncodedItem Encode(int index, BenchmarkItem item)
    {
        try
        {
            if (item.Steps is { } steps)
            {
                (TraceQuery query, int[] ends) = EncodeSteps(item.Questions[0].Prompt, steps);
                limits.Require(query);
                return new EncodedItem(index, item, [query], ends, null);
            }

            TraceQuery[] queries = [.. item.Questions.Select(Encode)];
            foreach (TraceQuery query in queries) limits.Require(query);
            return new EncodedItem(index, item, queries, null, null);
        }
        catch (InputException e)
        {
            return new EncodedItem(index, item, null, null, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Fails now where no text can be encoded at all: that is the run's fault, not an item's.</summary>
    public void RequireText() => _ = _format.EndOfTurnId;

    /// <summary>A question's ids.</summary>
    /// <exception cref="InputException">A text that cannot be encoded.</exception>
    public TraceQuery Encode(JudgeQuestion question) =>
        TraceQuery.Of(_format, question.Prompt, question.Responses, session.IsClassifier, question.Arguments);

    private (TraceQuery Query, int[] Ends) EncodeSteps(IReadOnlyList<ConversationMessage> messages, IReadOnlyList<string> steps)
    {
        EncodedPrompt prompt = _format.IsRaw
            ? _format.EncodePrompt(string.Join("\n\n", messages.Select(m => m.Content)))
            : _format.EncodePrompt(messages);
        if (_format.JudgesSteps)
        {
            TraceQuery judged = TraceQuery.OfSteps(_format, prompt, [steps]);
            return (judged, [.. judged.Places![0].Select(t => t + 1)]);
        }

        (int[] ids, int[] ends) = StepEncoder.Encode(_format, prompt, steps);
        return (new TraceQuery(prompt.Ids, [ids]), ends);
    }
}
