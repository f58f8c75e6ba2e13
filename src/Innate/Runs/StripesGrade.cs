using System.Text.Json;
using Innate.Audits.Statistics;
using Innate.Benchmarks;
using Innate.Benchmarks.Stripes;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>How many pictures of a label are right.</summary>
/// <param name="Label">The label, or <c>all</c>.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Right">Those that show it.</param>
public sealed record StripesGrade(string Label, int Count, int Right)
{
    /// <summary>The share that is right.</summary>
    public double Rate => (double)Right / Count;

    /// <summary>The lower end of Wilson's 95 % interval.</summary>
    public double Low => Interval.Low;

    /// <summary>The upper end of Wilson's 95 % interval.</summary>
    public double High => Interval.High;

    private MetricInterval Interval => WilsonInterval.Of(Rate, Count);

    /// <summary>Whether a row's <c>response</c> shows what its <c>label</c> asks for; what is no picture does not.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InputException">A field is missing, or there is no such label.</exception>
    public static bool IsRight(JsonElement row) => IsRight(RowJson.Text(row, "response"), LabelOf(row, "label"));

    /// <summary>The lines of <c>innate generate --json</c>, each with its <c>answer</c>, graded by label and in all.</summary>
    /// <param name="rows">The lines.</param>
    /// <exception cref="InputException">A line that is none, or there is none.</exception>
    public static IReadOnlyList<StripesGrade> Of(IEnumerable<JsonElement> rows)
    {
        List<(StripeLabel Label, bool IsRight)> all = [];
        foreach (JsonElement row in rows)
        {
            StripeLabel label = LabelOf(row, "answer");
            if (RowJson.Get(row, "responses") is not { ValueKind: JsonValueKind.Array } responses)
            {
                throw new InputException("\"responses\": expected sampled pictures, found none");
            }

            all.AddRange(responses.EnumerateArray().Select(r => (label, IsRight(RowJson.Text(r, "text"), label))));
        }

        if (all.Count == 0) throw new InputException("expected pictures to grade, found none");
        return
        [
            .. all.GroupBy(p => p.Label).OrderBy(g => StripeLabel.All.ToList().IndexOf(g.Key))
                .Select(g => new StripesGrade(g.Key.ToString(), g.Count(), g.Count(p => p.IsRight))),
            new StripesGrade("all", all.Count, all.Count(p => p.IsRight)),
        ];
    }

    private static bool IsRight(string text, StripeLabel label) =>
        StripePicture.Read(text) is { } cells && StripePicture.IsRight(cells, label);

    private static StripeLabel LabelOf(JsonElement row, string field)
    {
        string text = RowJson.Text(row, field);
        return StripeLabel.Find(text)
            ?? throw new InputException($"\"{field}\": expected one of {string.Join(", ", StripeLabel.All)}, found '{text}'");
    }
}
