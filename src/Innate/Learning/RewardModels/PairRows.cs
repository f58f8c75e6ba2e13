using System.Text.Json;
using Innate.Learning.Data;
using Innate.Models;
using Innate.Rows;
using Innate.Text;
using Innate.Traces;

namespace Innate.Learning.RewardModels;

/// <summary>
/// Rows with a better and a worse response, as <see cref="PreferenceRows"/> reads them, as the texts that a reward model reads
/// when it scores; with <c>margin</c>, where a row states its own. Other fields are passed over.
/// </summary>
internal static class PairRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Rows in any format (<see cref="RowInput"/>).</param>
    /// <param name="tokens">Conversations to ids, as they are scored.</param>
    /// <param name="options">Lengths. A row is as long as its longer text.</param>
    /// <param name="padding">The id that texts are read without at their ends; null: none.</param>
    /// <param name="change">What a row is before it is read; null: as it came.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="InputException">The first bad row, named by file and line; or no row is left.</exception>
    public static TrainingRows<RewardPair> Read(
        string file, RowTokens tokens, TrainingRowOptions options, int? padding, Func<Row, Row>? change = null,
        CancellationToken cancellation = default)
    {
        RewardPair Pair(TraceQuery query, double? margin) => new(
            [.. (padding is { } id ? ClassifiedText.WithoutPadding(query, id) : [query]).Select(ScoredText.AtEnds)], margin);
        return TrainingRowReader.Read(
            file,
            options,
            line =>
            {
                Row row = PreferenceRows.Pair(RowParser.Parse(line, options.Columns));
                if (change is not null) row = change(row);
                TraceQuery query = tokens.Of(row);
                return new RowExample<RewardPair>(
                    Pair(query, Margin(row, options.Columns)), query.Prompt.Length + query.Responses.Max(r => r.Length));
            },
            (pair, length) => Truncate(pair, length),
            cancellation);
    }

    /// <summary>A pair whose texts' ends are cut off; null where nothing would be left of one.</summary>
    public static RewardPair? Truncate(RewardPair pair, int length)
    {
        if (pair.Reads.Any(r => r.Query.Prompt.Length >= length)) return null;
        return pair with
        {
            Reads = [.. pair.Reads.Select(r => ScoredText.AtEnds(r.Query with
            {
                Responses = [.. r.Query.Responses.Select(ids => ids[..Math.Min(ids.Length, length - r.Query.Prompt.Length)])],
            }))],
        };
    }

    /// <summary>A row's own margin; null: it states none.</summary>
    /// <exception cref="InputException">It is something else than a number of at least 0.</exception>
    public static double? Margin(Row row, RowColumns? columns)
    {
        if (new RowFields(row.Fields, columns).Get("margin") is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double margin) && margin >= 0 && margin < 1e300
            ? margin
            : throw new InputException($"\"margin\": expected a number of at least 0, found {RowJson.Describe(value)}");
    }
}
