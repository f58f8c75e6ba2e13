using System.Globalization;
using Innate.Judges;
using Spectre.Console;
using Spectre.Console.Rendering;
using Stack = Spectre.Console.Rows;

namespace Innate.Cli.Terminal;

/// <summary>One question's verdict for people: the responses, best first, each with its score as a bar.</summary>
internal sealed class JudgementView(int width, ColourDepth depth)
{
    private const int BarCells = 24;

    // Not a field: a ranking by a reward has this type at hand, too, and shall not load Spectre for it.
    private static Style Bar => new(new Rgb(58, 128, 206).ToColor());

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
            : verdict.Range;
        List<IRenderable> parts =
        [
            new Paragraph($"{judge.Name} judge", Screen.Bold).Append($" · {model}", Screen.Dim),
            Screen.Piece(Explain(judge.Prompt), Screen.Dim),
        ];
        for (int rank = 0; rank < order.Length; rank++)
        {
            int i = order[rank];
            double score = verdict.Scores[i];
            int cells = (int)Math.Round(BarCells * (score - low) / (high - low));
            Paragraph line = new Paragraph(
                string.Create(CultureInfo.InvariantCulture, $"#{rank + 1} {score,6:0.000}"), Screen.Bold).Append(" ")
                .Append(new string('█', cells), Bar).Append(new string('░', BarCells - cells), Screen.Dim)
                .Append(string.Create(CultureInfo.InvariantCulture, $"  response {i}"), Screen.Dim);
            parts.Add(Screen.Piece(" "));
            parts.Add(line);
            parts.AddRange(responses[i].Split('\n').Select(l => Inside(HeatText.Visible(l))));
            if (verdict.LabelProbabilities?[i] is { } shares)
            {
                parts.Add(Inside(string.Join("  ", shares.Select((p, l) => Share(judge.Prompt.Labels[l], p))), Screen.Dim));
            }
        }

        if (verdict.Preferences is { } preferences && order.Length == responses.Count) Pairs(parts, verdict, preferences);
        return "\n" + Screen.Render(new Padder(new Stack(parts), new Padding(2, 0, 0, 0)), width, depth) + "\n";
    }

    private static string Explain(JudgePrompt prompt) => prompt.Kind switch
    {
        JudgeKind.Verifier => $"The probability of \"{prompt.Labels[0]}\" against \"{prompt.Labels[1]}\".",
        JudgeKind.Pointwise => "The expected grade.",
        JudgeKind.GenRm => $"The probability of \"{prompt.Labels[0]}\" among all that the model may say.",
        JudgeKind.GenRmCot => $"The probability of \"{prompt.Labels[0]}\" among all that the model may say, after critiques.",
        JudgeKind.ThinkPrm => $"The probability of \"{prompt.Labels[0]}\" against \"{prompt.Labels[1]}\" where a chain decides.",
        JudgeKind.ReasonGrm => "The share of likely paths on its side, asked in both orders.",
        JudgeKind.Spct => "The sum of the scores of the judgements that vote.",
        JudgeKind.RewardAnything => "The score by the principle, 1 to 5.",
        JudgeKind.Proxy => "The share of proxy questions that it answers rightly, less half the share that it contradicts.",
        _ => "The mean probability of being the better one, asked in both orders.",
    };

    private static Padder Inside(string text, Style? style = null) => new(Screen.Piece(text, style), new Padding(2, 0, 0, 0));

    private static void Pairs(List<IRenderable> parts, JudgeVerdict verdict, double[,] preferences)
    {
        parts.Add(Screen.Piece(" "));
        for (int i = 0; i < verdict.Scores.Length; i++)
        {
            for (int j = i + 1; j < verdict.Scores.Length; j++)
            {
                string said = double.IsNaN(preferences[i, j])
                    ? "abstains: the orders disagree"
                    : $"response {(preferences[i, j] == 1 ? i : j)} is better";
                parts.Add(Inside(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{i} against {j}: {said} ({i} is better: {verdict.FirstWins![i, j]:0.000} shown first, "
                        + $"{1 - verdict.FirstWins[j, i]:0.000} second)"),
                    Screen.Dim));
            }
        }
    }

    private static string Share(string label, double p) => string.Create(CultureInfo.InvariantCulture, $"{label} {p:0.000}");
}
