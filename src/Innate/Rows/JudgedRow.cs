using System.Text.Json;
using Innate.Judges;
using Innate.Text;

namespace Innate.Rows;

/// <summary>Rows as questions, and verdicts as fields of JSON.</summary>
internal static class JudgedRow
{
    /// <exception cref="InputException">The row holds ids: a judge reads text.</exception>
    public static JudgeQuestion Question(Row row)
    {
        if (row.Prompt.Ids is not null || row.Responses.Any(r => r.Ids is not null))
        {
            throw new InputException(
                "a judge is shown text: expected \"prompt\" or \"messages\" and responses as text, found ids");
        }

        return new JudgeQuestion(Conversation(row.Prompt), [.. row.Responses.Select(r => r.Text!)]);
    }

    /// <summary>A prompt as a conversation: its messages, or one user message.</summary>
    public static IReadOnlyList<ConversationMessage> Conversation(RowPrompt prompt) =>
        prompt.Messages ?? [new ConversationMessage("user", prompt.Text!)];

    /// <summary>The row with its rewards and the judge's own fields.</summary>
    public static byte[] Line(Row row, NamedJudge judge, JudgeVerdict verdict) => RowWriter.Line(w =>
    {
        RowWriter.PassThrough(w, row.Fields, [.. RowRewards.Fields(row.Shape, withTrace: false), "judge"]);
        RowRewards.Write(w, row.Shape, RowRewards.OfClassifier(verdict.Scores), texts: null, withTrace: false);
        w.WritePropertyName("judge");
        WriteVerdict(w, judge, verdict);
    });

    /// <summary>
    /// {"kind", "labels", "label_mass", and "probabilities" or "first_wins" and "preferences"}; null stands for NaN. Of a judge
    /// that writes also "replies": {"text", "scores" (null: not read), "cut", and where there are such "response",
    /// "best_to_worst", "steps", "counts"}; of one that reads steps "step_scores" and "coverage".
    /// </summary>
    public static void WriteVerdict(Utf8JsonWriter w, NamedJudge judge, JudgeVerdict verdict)
    {
        w.WriteStartObject();
        w.WriteString("kind", judge.Name);
        w.WriteStartArray("labels");
        foreach (string label in judge.Prompt.Labels) w.WriteStringValue(label);
        w.WriteEndArray();
        if (!double.IsNaN(verdict.LabelMass)) w.WriteNumber("label_mass", verdict.LabelMass);
        if (verdict.LabelProbabilities is { } rows)
        {
            w.WriteStartArray("probabilities");
            foreach (double[] row in rows) WriteNumbers(w, row);
            w.WriteEndArray();
        }

        if (verdict.FirstWins is { } first) WriteTable(w, "first_wins", first);
        if (verdict.Preferences is { } preferences) WriteTable(w, "preferences", preferences);
        if (verdict.StepScores is { } steps)
        {
            w.WriteNumber("coverage", verdict.Coverage);
            w.WriteStartArray("step_scores");
            foreach (double[] own in steps) WriteNumbers(w, own);
            w.WriteEndArray();
        }

        if (verdict.Replies.Count > 0) WriteReplies(w, verdict.Replies);
        w.WriteEndObject();
    }

    private static void WriteReplies(Utf8JsonWriter w, IReadOnlyList<JudgeReply> replies)
    {
        w.WriteStartArray("replies");
        foreach (JudgeReply reply in replies)
        {
            w.WriteStartObject();
            if (reply.Response is { } response) w.WriteNumber("response", response);
            w.WriteString("text", UnicodeText.WithoutLoneSurrogates(reply.Text));
            w.WritePropertyName("scores");
            if (reply.Scores is { } scores) WriteNumbers(w, scores);
            else w.WriteNullValue();
            if (reply.Ranking is { } ranking) Numbers("best_to_worst", [.. ranking]);
            if (reply.Steps is { } steps) Numbers("steps", steps);
            w.WriteBoolean("cut", reply.IsCut);
            if (!reply.Counts) w.WriteBoolean("counts", false);
            w.WriteEndObject();
        }

        w.WriteEndArray();

        void Numbers(string name, int[] numbers)
        {
            w.WritePropertyName(name);
            WriteNumbers(w, [.. numbers.Select(n => (double)n)]);
        }
    }

    private static void WriteTable(Utf8JsonWriter w, string name, double[,] table)
    {
        w.WriteStartArray(name);
        for (int i = 0; i < table.GetLength(0); i++)
        {
            WriteNumbers(w, [.. Enumerable.Range(0, table.GetLength(1)).Select(j => table[i, j])]);
        }

        w.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter w, double[] numbers)
    {
        w.WriteStartArray();
        foreach (double x in numbers)
        {
            if (double.IsNaN(x)) w.WriteNullValue();
            else w.WriteNumberValue(x);
        }

        w.WriteEndArray();
    }
}
