using System.Globalization;
using Innate.Reports;
using Innate.Rows;

namespace Innate.Runs;

/// <summary>
/// Scored rows as a page: responses as texts or, where their tokens are in groups, as pictures of a line a group; each token
/// coloured by its reward.
/// </summary>
/// <param name="path">The page.</param>
/// <param name="title">What was scored, by whom.</param>
/// <param name="facts">Model, rows, reward.</param>
internal sealed class ScoreReport(string path, string title, Func<IReadOnlyList<Fact>> facts)
{
    /// <summary>Rows that a page shows; all count in its summary.</summary>
    public const int Shown = 24;

    private readonly List<(PreparedRow Row, ScoredResponse[] Scored)> _rows = [];
    private long _count;

    /// <summary>Takes a row that has rewards.</summary>
    public void Add(PreparedRow row, ScoredResponse[] scored)
    {
        _count++;
        if (_rows.Count < Shown) _rows.Add((row, scored));
    }

    /// <summary>Writes the page.</summary>
    public void Write()
    {
        // Rewards of one page share a scale, or the same reward would have two colours.
        DivergingScale scale = DivergingScale.Of(_rows.SelectMany(r => r.Scored).SelectMany(s => s.Reward.PerToken));
        IPagePart[] parts = [.. _rows.SelectMany(r => Parts(r.Row, r.Scored, scale))];
        string shown = _count > _rows.Count
            ? string.Create(CultureInfo.InvariantCulture, $"The first {_rows.Count} of {_count} rows. ") : "";
        string marks = $"{shown}A token is coloured by its reward: blue above the median {NumberText.Short(scale.Centre)}, red "
            + $"below, full at {NumberText.Short(scale.Range)} from it. Point at one for its id and reward.";
        new ReportPage(
            title, string.Create(CultureInfo.InvariantCulture, $"{_count} rows with rewards"), facts(),
            [new Section("rows", "Responses", marks, parts)]).Write(path);
    }

    private static IEnumerable<IPagePart> Parts(PreparedRow row, ScoredResponse[] scored, DivergingScale scale)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"row {row.Line}");
        if (row.Encoded!.Group is { } width)
        {
            // One id has one colour in all pictures of a row.
            int[] ids = [.. row.Encoded.Query.Responses.SelectMany(r => r).Distinct().Order()];
            yield return new GridRow(line, [.. scored.Select((s, i) => new TokenGrid(
                NumberText.Short(s.Reward.Value),
                [.. Cells(row.Encoded, s, i)], width, scale)
            {
                Ids = ids,
            })]);
            yield break;
        }

        for (int i = 0; i < scored.Length; i++)
        {
            ScoredResponse s = scored[i];
            yield return new SampleText(
                $"{line}: {NumberText.Short(s.Reward.Value)}",
                new TokenText(
                    [.. (row.Texts?[i] ?? Ids(s, row, i)).Select((text, h) => new ColouredPiece(text, ValueAt(s, h)))], scale)
                {
                    HasLegend = false,
                });
        }
    }

    // The tokens of a picture; those that are not rewarded have no mark.
    private static IEnumerable<GridCell> Cells(EncodedRow row, ScoredResponse scored, int response)
    {
        int[]? rewarded = row.Rewarded?[response];
        return row.Query.Responses[response].Select((id, h) =>
        {
            int place = rewarded is null ? h : Array.IndexOf(rewarded, h);
            return new GridCell(id, place < 0 ? null : ValueAt(scored, place));
        });
    }

    private static double? ValueAt(ScoredResponse scored, int token) =>
        scored.Reward.PerToken.Length > token ? scored.Reward.PerToken[token] : null;

    // Without a tokenizer a token is its id.
    private static string[] Ids(ScoredResponse scored, PreparedRow row, int i) =>
        [.. (scored.Trace?.Tokens ?? row.Encoded!.Query.Responses[i]).Select(
            id => string.Create(CultureInfo.InvariantCulture, $"{id} "))];
}
