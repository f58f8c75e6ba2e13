using System.Globalization;
using Innate.Judges;
using Innate.Rows;
using Innate.Text;

namespace Innate.Runs.Judgements;

/// <summary>
/// The rows of judgements. Of a judge that says yes or no as many rows say the one as the other: a judgement waits for one that
/// says the opposite, and goes out with it; what waits at the end is left out.
/// </summary>
/// <param name="settings">What they are for.</param>
internal sealed class JudgementRows(JudgementSettings settings)
{
    private readonly Queue<byte[]>[] _waiting = [new(), new()];
    private long _questions, _rows, _none;

    /// <summary>A row for reinforcement learning: the question, and what is known.</summary>
    public byte[] Question(KnownQuestion known, IReadOnlyList<ConversationMessage> asked)
    {
        (_questions, _rows) = (_questions + 1, _rows + 1);
        int responses = known.Scores.Length;
        string[] names = settings.Judge.Kind == JudgeKind.RewardAnything ? MaskedNames.Of(responses)
            : [.. Enumerable.Range(0, responses).Select(SpctJudge.NameOf)];
        return JudgementRun.Line(known, w =>
        {
            RowWriter.Messages(w, "messages", asked);
            w.WriteStartObject("judged");
            for (int i = 0; i < responses; i++) w.WriteNumber(names[i], known.Scores[i]);
            w.WriteEndObject();
        });
    }

    /// <summary>Rows of known verdicts without a word before them.</summary>
    /// <param name="known">The question.</param>
    /// <param name="asked">The conversations, one a response.</param>
    /// <param name="labels">Yes and no.</param>
    public IEnumerable<byte[]> Verdicts(
        KnownQuestion known, IReadOnlyList<ConversationMessage>[] asked, IReadOnlyList<string> labels)
    {
        _questions += asked.Length;
        for (int i = 0; i < asked.Length; i++)
        {
            bool yes = known.IsRight(i);
            foreach (byte[] line in Balanced(yes, Verification(known, asked[i], labels[yes ? 0 : 1]))) yield return line;
        }

        foreach (byte[] line in Solutions(known)) yield return line;
    }

    /// <summary>Rows of what the judge wrote.</summary>
    public IEnumerable<byte[]> Judgements(KnownQuestion known, IReadOnlyList<JudgeReply> replies)
    {
        foreach (JudgementChoice choice in JudgementChoice.Of(settings.Judge.Kind, known, replies))
        {
            _questions++;
            if (choice.Right is not { } right || (settings.Use == JudgementUse.Dpo && choice.Wrong is null))
            {
                _none++;
                continue;
            }

            byte[] line = settings.Use == JudgementUse.Dpo
                ? JudgementRun.Line(known, w =>
                {
                    RowWriter.Messages(w, "prompt", right.Asked);
                    w.WriteString("chosen", right.Turn);
                    w.WriteString("rejected", choice.Wrong!.Turn);
                })
                : Verification(known, right.Asked, right.Turn);
            if (choice.SaysYes is not { } yes || settings.Use == JudgementUse.Dpo)
            {
                _rows++;
                yield return line;
                continue;
            }

            foreach (byte[] own in Balanced(yes, line)) yield return own;
        }

        foreach (byte[] line in Solutions(known)) yield return line;
    }

    /// <summary>What came of them, in a sentence or two.</summary>
    /// <param name="replies">What is to be told of replies; null: nothing.</param>
    public string Summary(string? replies) => string.Create(
        CultureInfo.InvariantCulture, $"{_rows} rows of {_questions} questions")
        + (_none > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {_none} have no judgement to learn from") : "")
        + (Waiting > 0 ? string.Create(
            CultureInfo.InvariantCulture, $"; {Waiting} judgements too many of one verdict are left out") : "")
        + (replies is null ? "." : $"; {replies}");

    private long Waiting => _waiting.Sum(w => w.Count);

    private byte[] Verification(KnownQuestion known, IReadOnlyList<ConversationMessage> asked, string turn) =>
        JudgementRun.Line(known, w =>
        {
            RowWriter.Messages(w, "prompt", asked);
            w.WriteString("completion", turn);
            if (settings.Judge.Kind is JudgeKind.GenRm or JudgeKind.GenRmCot) w.WriteBoolean("verifies", true);
        });

    private IEnumerable<byte[]> Balanced(bool yes, byte[] line)
    {
        Queue<byte[]> own = _waiting[yes ? 1 : 0], other = _waiting[yes ? 0 : 1];
        own.Enqueue(line);
        if (other.Count == 0) yield break;
        _rows += 2;
        yield return other.Dequeue();
        yield return own.Dequeue();
    }

    private IEnumerable<byte[]> Solutions(KnownQuestion known)
    {
        if (!settings.Solutions) yield break;
        for (int i = 0; i < known.Scores.Length; i++)
        {
            if (!known.IsRight(i)) continue;
            string response = known.Question.Responses[i];
            _rows++;
            yield return JudgementRun.Line(known, w =>
            {
                RowWriter.Messages(w, "prompt", known.Question.Prompt);
                w.WriteString("completion", response);
                w.WriteBoolean("verifies", false);
            });
        }
    }
}
