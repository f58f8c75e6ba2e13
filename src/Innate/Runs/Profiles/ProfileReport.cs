using System.Globalization;
using Innate.Reports;

namespace Innate.Runs.Profiles;

/// <summary>What was found of profiles as a page.</summary>
internal static class ProfileReport
{
    /// <summary>Writes the page.</summary>
    public static void Write(ProfileTestResult result, string path)
    {
        string[] names = [.. result.Profiles.Select(p => p.Name)];
        DataTable table = new(
            "Profiles",
            [
                new("profile"), new("verdict", IsText: true), new("agreement"), new("without the words"), new("pairs"),
                new("Kendall with / without"), new("Spearman"), new("counter-order, sd"), new("neutral sentence, sd"),
            ],
            [
                .. result.Profiles.Select(p => (IReadOnlyList<Cell>)
                [
                    new(p.Name),
                    new(p.Says, Tone: p.Verdict == SteeringVerdict.Steers ? CellTone.Good : CellTone.Bad),
                    Of(p.Agreement), Of(p.Without), new(p.Pairs.ToString(CultureInfo.InvariantCulture)),
                    Cell.Number(p.Kendall, "F2"), Cell.Number(p.Spearman, "F2"), Cell.Number(p.CounterOrder, "F2"),
                    Cell.Number(p.Control, "F2"),
                ]),
            ],
            "Agreement: the share of the profile's own pairs whose chosen response has the higher reward; Wilson's 95 % interval "
            + "by prompts. It steers where that interval lies above one half and above the agreement without the words.",
            "Counter-order, neutral sentence: by how much the reward moves when a response ends with that sentence, in standard "
            + "deviations of the responses' rewards.");
        HeatMap crosstalk = new(
            "Crosstalk", "under the words of", "on the pairs of", names, names,
            [.. result.Crosstalk.Select(r => (IReadOnlyList<double>)[.. r.Select(c => c.Value)])])
        {
            Format = "P", Emphasis = HeatEmphasis.Diagonal,
            Note = "How often the chosen responses of the column's pairs win under the row's words. Where words steer, the "
                + "diagonal is the largest of its row.",
        };
        DataTable intervals = new(
            "The same with intervals", [new("under the words of"), .. names.Select(n => new Column(n))],
            [.. result.Crosstalk.Select((r, i) => (IReadOnlyList<Cell>)[new(names[i]), .. r.Select(Of)])]);
        DataTable words = new(
            "Other words for the same wish",
            [new("profile"), new("words", IsText: true), new("made by a rule", IsText: true), new("Kendall")],
            [
                .. result.Profiles.SelectMany(p => p.Paraphrases.Select(w => (IReadOnlyList<Cell>)
                    [new(p.Name), new(w.Words), new(w.IsByRule ? "yes" : "no"), Cell.Number(w.Kendall, "F2")])),
            ],
            "Kendall's tau with the order under the profile's own words, the mean over prompts; 1: the same order.");
        int steering = result.Profiles.Count(p => p.Verdict == SteeringVerdict.Steers);
        new ReportPage(
            "Do the profiles steer?",
            string.Create(CultureInfo.InvariantCulture, $"{steering} of {names.Length} steer {result.Model}"),
            [
                new("model", result.Model),
                .. result.Profiles.Select(p => new Fact(p.Name, p.Prefers)),
            ],
            [
                new Section("profiles", "Profiles", "", table),
                new Section("crosstalk", "Crosstalk", "", crosstalk, intervals),
                new Section("words", "Wordings", "", words),
            ]).Write(path);
    }

    private static Cell Of(Share share) => Cell.Percent(share.Value, share.Low, share.High);
}
