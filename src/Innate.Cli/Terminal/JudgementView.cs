using System.Globalization;
using System.Text;
using Innate.Judges;

namespace Innate.Cli.Terminal;

/// <summary>One question's verdict for people: the responses, best first, each with its score as a bar.</summary>
internal sealed class JudgementView(int width, ColourDepth depth)
{
    private const string Indent = "  ";
    private const int BarCells = 24;

    /// <summary>The whole view.</summary>
    /// <param name="judge">Who judged.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="responses">The responses' texts.</param>
    /// <param name="verdict">What was said.</param>
    /// <param name="order">The responses to show, best first.</param>
    public string Render(NamedJudge judge, string model, IReadOnlyList<string> responses, JudgeVerdict verdict, int[] order)
    {
        (double low, double high) = judge.Prompt.Kind == JudgeKind.Pointwise
            ? (judge.Prompt.Grades.Min(), judge.Prompt.Grades.Max())
            : (0, 1);
        StringBuilder text = new();
        text.Append('\n').Append(Indent).Append(Colour.Bold($"{judge.Name} judge", depth)).Append(Colour.Dim($" · {model}", depth)).Append('\n');
        text.Append(Indent).Append(Colour.Dim(Explain(judge.Prompt), depth)).Append('\n');
        for (int rank = 0; rank < order.Length; rank++)
        {
            int i = order[rank];
            double score = verdict.Scores[i];
            int cells = (int)Math.Round(BarCells * (score - low) / (high - low));
            string bar = new string('█', cells) + new string('░', BarCells - cells);
            text.Append('\n')
                .Append(Indent)
                .Append(Colour.Bold(string.Create(CultureInfo.InvariantCulture, $"#{rank + 1} {score,6:0.000}"), depth))
                .Append(' ').Append(bar)
                .Append(Colour.Dim(string.Create(CultureInfo.InvariantCulture, $"  response {i}"), depth))
                .Append('\n');
            foreach (List<HeatSegment> line in Lines(responses[i]))
            {
                text.Append("    ").Append(HeatText.Draw(line, ColourDepth.None)).Append('\n');
            }

            if (verdict.LabelProbabilities?[i] is { } shares) Dim(text, string.Join("  ", shares.Select((p, l) => Share(judge.Prompt.Labels[l], p))));
        }

        if (verdict.Preferences is { } preferences && order.Length == responses.Count) Pairs(text, verdict, preferences);
        return text.Append('\n').ToString();
    }

    private static string Explain(JudgePrompt prompt) => prompt.Kind switch
    {
        JudgeKind.Verifier => $"The probability of \"{prompt.Labels[0]}\" against \"{prompt.Labels[1]}\".",
        JudgeKind.Pointwise => "The expected grade.",
        _ => "The mean probability of being the better one, asked in both orders.",
    };

    private List<List<HeatSegment>> Lines(string response)
    {
        HeatScale none = new(0, 1);
        return [.. response.Split('\n').SelectMany(line => HeatText.Lines([line], [0], none, width - 6))];
    }

    private void Pairs(StringBuilder text, JudgeVerdict verdict, double[,] preferences)
    {
        text.Append('\n');
        for (int i = 0; i < verdict.Scores.Length; i++)
        {
            for (int j = i + 1; j < verdict.Scores.Length; j++)
            {
                string said = double.IsNaN(preferences[i, j]) ? "abstains: the orders disagree" : $"response {(preferences[i, j] == 1 ? i : j)} is better";
                Dim(text, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{i} against {j}: {said} ({i} is better: {verdict.FirstWins![i, j]:0.000} shown first, {1 - verdict.FirstWins[j, i]:0.000} second)"));
            }
        }
    }

    private void Dim(StringBuilder text, string line) => text.Append("    ").Append(Colour.Dim(line, depth)).Append('\n');

    private static string Share(string label, double p) => string.Create(CultureInfo.InvariantCulture, $"{label} {p:0.000}");
}
