using System.Globalization;
using System.Text.Json;
using Innate.Judges;
using Innate.Rows;

namespace Innate.Scoring;

/// <summary>Scored rows into lines of preferences, and a count of what was dropped.</summary>
internal sealed class Labelling(bool all, double minMargin)
{
    /// <summary>The fields that a row gives its prompt and responses in, and those that we write.</summary>
    public static readonly string[] Replaced =
    [
        "prompt", "messages", "prompt_ids", "response", "responses", "response_ids", "responses_ids", "chosen", "rejected",
        "chosen_ids", "rejected_ids",
        "reward", "rewards", "reward_chosen", "reward_rejected", "margin",
    ];

    private int _rows;
    private int _pairs;
    private int _ties;
    private int _small;
    private int _abstained;
    private int _alone;

    /// <summary>Rows that could not be scored.</summary>
    public int Bad { get; private set; }

    /// <summary>The row's preferences; none for a bad row, which is counted.</summary>
    public IEnumerable<byte[]> Lines(CandidateRow candidate)
    {
        _rows++;
        if (candidate.Verdict is not { } verdict)
        {
            Bad++;
            return [];
        }

        Row row = candidate.Row!;
        string[] texts = [.. row.Responses.Select(r => r.Text ?? string.Join(',', r.Ids!))];
        if (texts.Distinct().Count() < 2) _alone++;
        PairLabels labels = PairLabels.Of(texts, verdict, all, minMargin);
        (_pairs, _ties, _small, _abstained) =
            (_pairs + labels.Pairs.Count, _ties + labels.Ties, _small + labels.Small, _abstained + labels.Abstained);
        return [.. labels.Pairs.Select(p => Line(row, verdict.Scores, p))];
    }

    public string Summary()
    {
        string alone = _alone > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {_alone} rows without two different responses") : "";
        string bad = Bad > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {Bad} rows could not be scored") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_pairs} pairs of {_rows} rows; dropped: {_ties} ties, {_small} below the least margin, {_abstained} "
            + $"abstained{alone}{bad}.");
    }

    private static byte[] Line(Row row, double[] scores, LabelledPair pair) => RowWriter.Line(w =>
    {
        WritePrompt(w, row.Prompt);
        RowWriter.Response(w, "chosen", row.Responses[pair.Chosen]);
        RowWriter.Response(w, "rejected", row.Responses[pair.Rejected]);
        w.WriteNumber("reward_chosen", scores[pair.Chosen]);
        w.WriteNumber("reward_rejected", scores[pair.Rejected]);
        w.WriteNumber("margin", pair.Margin);
        RowWriter.PassThrough(w, row.Fields, Replaced);
    });

    /// <summary>The prompt as training reads it: a text, or the messages under "prompt".</summary>
    private static void WritePrompt(Utf8JsonWriter w, RowPrompt prompt)
    {
        if (prompt.Ids is { } ids) RowWriter.Ids(w, "prompt_ids", ids);
        else if (prompt.Messages is { } messages) RowWriter.Messages(w, "prompt", messages);
        else w.WriteString("prompt", prompt.Text);
    }
}
