using System.Globalization;
using System.Text.Json;
using Innate.Rows;
using Innate.Verifiers.Instructions;

namespace Innate.Benchmarks.Arithmetic;

/// <summary>What the arithmetic world makes, as lines of JSON.</summary>
internal static class ArithmeticLines
{
    /// <summary>A demonstration.</summary>
    /// <param name="demonstration">The conversation, and what is known of it.</param>
    public static byte[] Of(Demonstration demonstration) => RowWriter.Line(w =>
    {
        RowWriter.Messages(w, "messages", demonstration.Messages);
        w.WriteString("family", demonstration.Family);
        WriteOptional(w, "style", demonstration.Style is { } style ? ArithmeticNames.Of(style) : null);
        WriteOptional(w, "asked", demonstration.Asked is { } asked ? ArithmeticNames.Of(asked) : null);
        WriteOptional(w, "slip", demonstration.Slip is { } slip ? ArithmeticNames.Of(slip)
            : demonstration.IsWrong ? "wrong-verdict"
            : null);
        if (demonstration.Judging is null) w.WriteNumber("answer", demonstration.Question.Answer);
        else w.WriteString("answer", demonstration.Truth);
    });

    /// <summary>A question with its right answer.</summary>
    /// <param name="generator">Makes it.</param>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="heldOut">Whether it is one of those that are kept for measuring.</param>
    /// <param name="asked">The style that a system message asks for; null: none.</param>
    /// <param name="more">What recipes of reinforcement learning may ask for beside the answer.</param>
    public static byte[] Of(
        ArithmeticGenerator generator, int index, bool heldOut, AnswerStyle? asked, IReadOnlyList<string>? more = null)
    {
        ArithmeticQuestion question = generator.Question(index, heldOut);
        InstructionRule[] rules = more?.Contains(Constraints) == true
            ? [ArithmeticConstraints.Draw(generator.Constraints(index, round: 1), [])!] : [];
        return RowWriter.Line(w =>
        {
            if (asked is { } style) RowWriter.Messages(w, "messages", generator.Ask(index, heldOut, style));
            else w.WriteString("prompt", ArithmeticConstraints.Asked(question.Text, rules));
            w.WriteString("family", ArithmeticNames.Of(question.Family));
            if (asked is { } same) w.WriteString("style", ArithmeticNames.Of(same));
            w.WriteNumber("answer", question.Answer);
            foreach (string field in more ?? [])
            {
                if (field == "documents") WriteDocuments(w, generator, index, heldOut);
                else if (field == Constraints) WriteConstraints(w, question, rules);
                else w.WriteString(field, Field(generator, index, heldOut, field));
            }
        });
    }

    // Every second question's answer stands in none of its documents. What the model inside writes has one mark that an answer
    // follows.
    private static void WriteDocuments(Utf8JsonWriter w, ArithmeticGenerator generator, int index, bool heldOut)
    {
        ArithmeticQuestion own = generator.Question(index, heldOut), other = generator.Question(index + 1, heldOut);
        bool isAnswerable = index % 2 == 0;
        w.WriteStartArray("documents");
        foreach (ArithmeticQuestion told in isAnswerable ? (ArithmeticQuestion[])[other, own] : [other])
        {
            w.WriteStartObject();
            w.WriteString("text", Fact(told));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        WriteTexts(w, "answers", isAnswerable ? [own.Answer.ToString(CultureInfo.InvariantCulture)] : []);
        WriteTexts(w, "tags", ["**Answer:**"]);

        static string Fact(ArithmeticQuestion question) =>
            string.Create(CultureInfo.InvariantCulture, $"{question.Text} The answer is {question.Answer}.");
    }

    private const string Constraints = "constraints";

    /// <summary>The fields that a question can have beside its answer.</summary>
    public static IReadOnlyList<string> MoreFields { get; } =
        ["hint", "rephrased", "demonstration", "reference", "documents", Constraints];

    /// <summary>An instruction's hard constraints, and its intent: the right answer.</summary>
    internal static void WriteConstraints(Utf8JsonWriter w, ArithmeticQuestion question, IEnumerable<InstructionRule> rules)
    {
        InstructionRules.Write(w, Constraints, rules);
        w.WriteStartObject("intent");
        w.WriteNumber("answer", question.Answer);
        w.WriteEndObject();
    }

    private static string Field(ArithmeticGenerator generator, int index, bool heldOut, string field) => field switch
    {
        "hint" => $"The answer begins with {FirstDigit(generator.Question(index, heldOut).Answer)}.",
        "rephrased" => generator.Rephrased(index, heldOut).Text,
        "reference" => Expert.Answer(generator.Question(index, heldOut), AnswerStyle.Plain),
        _ => generator.ExpertAnswer(index, heldOut),
    };

    private static char FirstDigit(int answer) => Math.Abs(answer).ToString(CultureInfo.InvariantCulture)[0];

    /// <summary>An item of a benchmark, which is one array of JSON: its brackets and commas stand at the lines' ends.</summary>
    /// <param name="item">The item.</param>
    /// <param name="count">How many the benchmark has.</param>
    public static byte[] Of(ArithBenchItem item, int count)
    {
        byte[] line = RowWriter.Line(w =>
        {
            w.WriteNumber("id", item.Index);
            w.WriteString("prompt", item.Question.Text);
            WriteTexts(w, "chosen", item.Chosen);
            WriteTexts(w, "rejected", item.Rejected);
            w.WriteString("domain", ArithmeticNames.Of(item.Question.Family));
            w.WriteString("slip", ArithmeticNames.Of(item.Slip.Kind));
        });
        byte[] end = item.Index == count - 1 ? [.. "]\n"u8] : [.. ",\n"u8];
        return item.Index == 0 ? [(byte)'[', .. line[..^1], .. end] : [.. line[..^1], .. end];
    }

    private static void WriteTexts(Utf8JsonWriter w, string name, IReadOnlyList<string> texts)
    {
        w.WriteStartArray(name);
        foreach (string text in texts) w.WriteStringValue(text);
        w.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter w, string name, string? value)
    {
        if (value is null) w.WriteNull(name);
        else w.WriteString(name, value);
    }
}
