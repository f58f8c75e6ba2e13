using System.Globalization;
using Innate.Learning.Watching;

namespace Innate.Cli.Terminal;

/// <summary>
/// Tells on stderr how a training run goes: one live line on a terminal, a plain line every few seconds in a pipe, samples
/// above it, and a last line that stays.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="isTerminal">Whether lines can be redrawn.</param>
/// <param name="width">Columns.</param>
/// <param name="quiet">Say nothing at all.</param>
/// <param name="steps">Steps of the whole run.</param>
/// <param name="colours">For samples whose tokens have values.</param>
/// <param name="clock">Time since the run began; null: the system's.</param>
internal sealed class TrainingProgress(
    TextWriter writer, bool isTerminal, int width, bool quiet, int steps,
    ColourDepth colours = ColourDepth.None, Func<TimeSpan>? clock = null)
{
    private const int SampleLines = 6;
    private const int PromptLines = 2;

    private readonly LiveLine _line = new(writer, isTerminal, width, clock, colours);

    /// <summary>Reports a step; cheap enough for every one.</summary>
    public void Report(StepMetrics metrics)
    {
        if (quiet || !_line.IsDue()) return;

        // On a narrow terminal the bar goes before step, loss and time left do.
        string text = Format(metrics, steps, isTerminal ? _line.Room : int.MaxValue);
        _line.Show(Fraction(metrics, steps), text);
    }

    /// <summary>Shows what the model answers by now.</summary>
    public void Sample(TrainingSample sample)
    {
        if (quiet) return;
        _line.Write(string.Create(CultureInfo.InvariantCulture, $"sample after step {sample.Step}"));
        Show("  > ", Wrap([new TextPiece(sample.Prompt, null)], width - 5), PromptLines);
        Show("    ", Wrap(sample.Pieces, width - 5), SampleLines);
    }

    private void Show(string margin, List<string> lines, int most)
    {
        foreach (string line in lines.Take(most)) _line.Write(margin + line);
        if (lines.Count > most) _line.Write("    …");
    }

    /// <summary>The run is over, or stops for now: a last line that stays.</summary>
    public void Finish(StepMetrics last)
    {
        if (quiet) return;
        StepMetrics rest = new(last.Step, last.Values.Where(m => m.Name != "seconds_left").Select(m => (m.Name, m.Value)));
        _line.Write($"{Format(rest, steps, int.MaxValue)}  in {Progress.Duration(_line.Elapsed)}");
    }

    /// <summary>Removes the live line, so that what is written next stands alone.</summary>
    public void Clear() => _line.Clear();

    /// <summary>One line; where it is too wide, numbers go, the last one first; step, loss and time left stay.</summary>
    internal static string Format(StepMetrics metrics, int steps, int width)
    {
        // Rounded down: 100% is said of a finished run alone.
        List<string> parts =
        [
            string.Create(
                CultureInfo.InvariantCulture, $"{Math.Floor(100 * Fraction(metrics, steps)):0}% step {metrics.Step}/{steps}"),
            .. metrics.Values.Where(m => m.Name != "seconds_left").Select(Part),
        ];
        int numbers = parts.Count;
        if (metrics["seconds_left"] is { } left && double.IsFinite(left) && left >= 0 && left < 1e9)
        {
            parts.Add($"{Progress.Duration(TimeSpan.FromSeconds(left))} left");
        }

        while (Join().Length > width && numbers > 2) parts.RemoveAt(--numbers);
        return Join();

        string Join() => string.Join("  ", parts);
    }

    private static double Fraction(StepMetrics metrics, int steps) =>
        steps > 0 ? Math.Clamp((double)metrics.Step / steps, 0, 1) : 1;

    private static string Part(Metric metric) => metric.Name switch
    {
        "learning_rate" => $"lr {Invariant(metric.Value, "0.0e-0")}",
        "grad_norm" => $"|g| {Invariant(metric.Value, "0.00")}",
        "tokens_per_second" => $"{Invariant(metric.Value, "0")} tok/s",
        "memory_gb" => $"{Invariant(metric.Value, "0.00")} GB",
        _ => $"{metric.Name.Replace('_', ' ')} {Short(metric.Value)}",
    };

    private static string Short(double value) =>
        Invariant(value, value != 0 && Math.Abs(value) is < 1e-3 or >= 1e5 ? "0.00e-0" : Math.Abs(value) < 10 ? "0.000" : "0.0");

    private static string Invariant(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : double.IsNaN(value) ? "NaN" : "infinite";

    // Broken at spaces where it can be, at the text's own line ends always; at least one line.
    private List<string> Wrap(IReadOnlyList<TextPiece> pieces, int columns)
    {
        List<string> texts = [];
        List<double> values = [];
        foreach (TextPiece piece in pieces)
        {
            foreach (string word in Words(piece.Text))
            {
                texts.Add(word);
                values.Add(piece.Value ?? double.NaN);
            }
        }

        List<List<HeatSegment>> lines = HeatText.Lines(texts, values, HeatScale.Of(values), Math.Max(columns, 10));
        return [.. lines.Select(line => HeatText.Draw(line, colours))];
    }

    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] != ' ' && text[i - 1] != '\n') continue;
            yield return text[start..i];
            start = i;
        }

        if (start < text.Length) yield return text[start..];
    }
}
