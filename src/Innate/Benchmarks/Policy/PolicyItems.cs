using System.Text.Json;
using Innate.Generation;
using Innate.Rows;
using Innate.Text;

namespace Innate.Benchmarks.Policy;

/// <summary>A question's line in items.jsonl, written and read: the table is made of the lines alone.</summary>
internal static class PolicyItems
{
    /// <summary>A question's line.</summary>
    /// <param name="question">The question.</param>
    /// <param name="asked">The conversation as the model was given it.</param>
    /// <param name="responses">Its answers.</param>
    /// <param name="texts">Their texts.</param>
    /// <param name="graded">Their grades.</param>
    public static byte[] Line(
        CheckedQuestion question, IReadOnlyList<ConversationMessage> asked, IReadOnlyList<GeneratedResponse> responses,
        IReadOnlyList<string> texts, IReadOnlyList<GradedSample> graded) =>
        RowWriter.Line(w =>
        {
            WriteQuestion(w, question);
            w.WriteStartArray("messages");
            foreach (ConversationMessage message in asked)
            {
                w.WriteStartObject();
                w.WriteString("role", message.Role);
                w.WriteString("content", message.Content);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteStartArray("responses");
            for (int i = 0; i < texts.Count; i++)
            {
                w.WriteStartObject();
                w.WriteString("text", texts[i]);
                w.WriteString("answer", graded[i].Answer);
                w.WriteBoolean("right", graded[i].IsRight);
                w.WriteNumber("tokens", responses[i].TokenIds.Length);
                w.WriteString("finish_reason", responses[i].FinishReason == FinishReason.Stop ? "stop" : "length");
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });

    /// <summary>A question that could not be asked.</summary>
    public static byte[] Unscored(CheckedQuestion question, string why) => RowWriter.Line(w =>
    {
        WriteQuestion(w, question);
        w.WriteString("unscored", why);
    });

    /// <summary>What a line says; null for a question that could not be asked.</summary>
    public static PolicyItem? Read(JsonElement line)
    {
        if (line.TryGetProperty("unscored", out _)) return null;
        JsonElement[] responses = [.. line.GetProperty("responses").EnumerateArray()];
        GradedSample[] samples = [
            .. responses.Select(r => new GradedSample(r.GetProperty("answer").GetString(), r.GetProperty("right").GetBoolean()))];
        return new PolicyItem(
            new GradedQuestion(line.GetProperty("group").GetString(), samples),
            responses.Sum(r => r.GetProperty("tokens").GetInt64()),
            responses.Count(r => r.GetProperty("finish_reason").GetString() == "length"));
    }

    private static void WriteQuestion(Utf8JsonWriter w, CheckedQuestion question)
    {
        w.WriteNumber("item", question.Number);
        w.WriteString("group", question.Group);
        w.WriteString("expected", question.Expected);
    }
}

/// <summary>One question's outcome.</summary>
/// <param name="Question">Its graded samples.</param>
/// <param name="Tokens">Tokens sampled for all of them.</param>
/// <param name="Unfinished">Samples that reached the limit of tokens.</param>
public sealed record PolicyItem(GradedQuestion Question, long Tokens, int Unfinished);
