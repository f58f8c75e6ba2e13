using System.Text.Json;
using Innate.Rows;

namespace Innate.Runs.Aligning;

/// <summary>An answer, and what was measured of it.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="IsCut">Whether it reached the longest length allowed.</param>
/// <param name="Worth">By the primary measure, 0 to 1; null: there is none, or it had no verdict.</param>
/// <param name="Reward">The reward that is learned from, by the frozen start; null: there was none.</param>
/// <param name="LogLikelihood">The mean log-probability of its tokens under the start, in nats.</param>
/// <param name="Repetition">The share of its four-grams that occurred in it before.</param>
internal sealed record MeasuredAnswer(
    string Text, int Tokens, bool IsCut, double? Worth, double? Reward, double LogLikelihood, double Repetition);

/// <summary>A prompt with its measured answers: one line of a file.</summary>
/// <param name="Line">Its line in the set's file.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Answers">At least one.</param>
internal sealed record MeasuredPrompt(long Line, string Prompt, IReadOnlyList<MeasuredAnswer> Answers)
{
    /// <summary>The mean of what the answers have; null where none has it.</summary>
    public double? Mean(Func<MeasuredAnswer, double?> value)
    {
        double[] known = [.. Answers.Select(value).OfType<double>()];
        return known.Length == 0 ? null : known.Average();
    }

    /// <summary>How many different texts there are.</summary>
    public int Different => Answers.Select(a => a.Text).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The prompt's line of JSON.</summary>
    public byte[] ToLine() => RowWriter.Line(w =>
    {
        w.WriteNumber("line", Line);
        w.WriteString("prompt", Prompt);
        w.WriteStartArray("answers");
        foreach (MeasuredAnswer answer in Answers)
        {
            w.WriteStartObject();
            w.WriteString("text", answer.Text);
            w.WriteNumber("tokens", answer.Tokens);
            w.WriteBoolean("cut", answer.IsCut);
            if (answer.Worth is { } worth) w.WriteNumber("worth", worth);
            if (answer.Reward is { } reward) w.WriteNumber("reward", reward);
            w.WriteNumber("log_likelihood", answer.LogLikelihood);
            w.WriteNumber("repetition", answer.Repetition);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    /// <summary>Reads a file of them.</summary>
    public static IReadOnlyList<MeasuredPrompt> Read(string file) => [.. JsonLines.Read(file).Select(l => Of(l.Fields))];

    private static MeasuredPrompt Of(JsonElement line) => new(
        line.GetProperty("line").GetInt64(), line.GetProperty("prompt").GetString()!,
        [.. line.GetProperty("answers").EnumerateArray().Select(a => new MeasuredAnswer(
            a.GetProperty("text").GetString()!, a.GetProperty("tokens").GetInt32(), a.GetProperty("cut").GetBoolean(),
            Number(a, "worth"), Number(a, "reward"), a.GetProperty("log_likelihood").GetDouble(),
            a.GetProperty("repetition").GetDouble()))]);

    private static double? Number(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
}
