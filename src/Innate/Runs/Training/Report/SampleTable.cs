using System.Globalization;
using System.Text;
using Innate.Learning.Watching;
using Innate.Reports;

namespace Innate.Runs.Training.Report;

/// <summary>What the model answered over time, one row a sample.</summary>
internal sealed class SampleTable(IReadOnlyList<TrainingSample> samples)
{
    private const int MostRows = 100;
    private const int LongestText = 4000;

    /// <summary>Writes the section; nothing where there are no samples.</summary>
    public void Write(StringBuilder html)
    {
        if (samples.Count == 0) return;
        TrainingSample[] shown = Spread();
        DivergingScale scale = DivergingScale.Of(shown.SelectMany(s => s.Pieces).Select(p => p.Value ?? double.NaN));
        html.Append("<section class=\"samples\"><h2>Samples</h2>");
        if (shown.Length < samples.Count)
        {
            html.Append("<p class=\"note\">").Append(NumberText.Whole(shown.Length)).Append(" of ");
            html.Append(NumberText.Whole(samples.Count)).Append(", evenly over the run; samples.jsonl has all.</p>");
        }

        if (shown.Any(s => s.Pieces.Any(p => p.Value is not null))) PieceText.WriteLegend(html, scale);
        html.Append("<div class=\"card scroll\"><table><thead><tr><th>step</th><th>prompt</th><th>response</th></tr></thead>");
        html.Append("<tbody>\n");
        foreach (TrainingSample sample in shown)
        {
            html.Append("<tr><td>").Append(NumberText.Whole(sample.Step)).Append("</td><td><div class=\"text\" dir=\"auto\">");
            html.Append(Html.Escape(Cut(sample.Prompt, LongestText))).Append("</div></td><td><div class=\"text\" dir=\"auto\">");
            WriteResponse(html, sample, scale);
            html.Append("</div></td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void WriteResponse(StringBuilder html, TrainingSample sample, DivergingScale scale)
    {
        if (sample.Response.Length == 0) html.Append("<span class=\"none\">nothing</span>");
        int room = LongestText;
        foreach (TextPiece piece in sample.Pieces)
        {
            string title = piece.Value is { } value ? NumberText.Short(value) : "";
            PieceText.Write(html, Cut(piece.Text, room), piece.Value, title, scale);
            room -= piece.Text.Length;
            if (room <= 0) break;
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Create(
        CultureInfo.InvariantCulture, $"{text.AsSpan(0, length)}… ({text.Length - length} more characters)");

    // The first and the last among them.
    private TrainingSample[] Spread() => samples.Count <= MostRows
        ? [.. samples]
        : [.. Enumerable.Range(0, MostRows).Select(i => samples[(int)((long)i * (samples.Count - 1) / (MostRows - 1))])];
}
