using Innate.Judges;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Audits;

/// <summary>
/// Scores items by a reward or a judge. All texts under one prompt are one row, so that the prompt is read once; a judge that
/// compares is asked pair by pair, for its score of a text depends on the texts beside it.
/// </summary>
/// <param name="scorer">The reward, or the judge.</param>
/// <param name="compares">Whether it compares two responses at a time.</param>
internal sealed class AuditScorer(ResponseScorer scorer, bool compares)
{
    // A row of an item: which of its texts it holds, and which pair it is for; null: the user's responses, or all texts.
    private sealed record Asked(AuditItem Item, int Place, int[] Texts, int? Pair)
    {
        public Row Row => Item.Row with
        {
            Prompt = Item.Prompts[Item.Texts[Texts[0]].Prompt],
            Responses = [.. Texts.Select(t => new RowResponse(Item.Texts[t].Text, null))],
            Shape = ResponseShape.Many,
        };
    }

    /// <summary>What the scorer says of each item, in order.</summary>
    public IReadOnlyList<ItemScores> Score(IReadOnlyList<AuditItem> items, CancellationToken cancellation)
    {
        ItemScores[] scores =
            [.. items.Select(i => new ItemScores(new double?[i.Originals], new double?[i.Pairs.Count]))];
        if (compares) Compare(items, scores, cancellation);
        else Each(items, scores, cancellation);
        return scores;
    }

    private void Each(IReadOnlyList<AuditItem> items, ItemScores[] scores, CancellationToken cancellation)
    {
        Asked[] asked =
        [
            .. items.SelectMany((item, place) => Enumerable.Range(0, item.Texts.Count).GroupBy(t => item.Texts[t].Prompt)
                .Select(g => new Asked(item, place, [.. g], null))),
        ];
        double?[][] rewards = [.. items.Select(i => new double?[i.Texts.Count])];
        List<Asked> alone = [];
        Ask(
            asked,
            (own, row) =>
            {
                if (row.Verdict is { } verdict) Fill(own, verdict);
                else if (own.Texts.Length > 1) alone.AddRange(own.Texts.Select(t => own with { Texts = [t] }));
                else Note(scores, own, row.Error);
            },
            cancellation);

        // One text that the model cannot hold takes down no other.
        Ask(
            alone,
            (own, row) =>
            {
                if (row.Verdict is { } verdict) Fill(own, verdict);
                else Note(scores, own, row.Error);
            },
            cancellation);
        for (int i = 0; i < items.Count; i++)
        {
            for (int r = 0; r < items[i].Originals; r++) scores[i].Originals[r] = rewards[i][r];
            for (int p = 0; p < items[i].Pairs.Count; p++)
            {
                AuditPair pair = items[i].Pairs[p];
                if (pair.First < 0) continue;
                scores[i].Differences[p] = rewards[i][pair.Second] - rewards[i][pair.First];
            }
        }

        void Fill(Asked own, JudgeVerdict verdict)
        {
            for (int t = 0; t < own.Texts.Length; t++) rewards[own.Place][own.Texts[t]] = verdict.Scores[t];
        }
    }

    private void Compare(IReadOnlyList<AuditItem> items, ItemScores[] scores, CancellationToken cancellation)
    {
        List<Asked> asked = [];
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Originals > 1) asked.Add(new Asked(items[i], i, [.. Enumerable.Range(0, items[i].Originals)], null));
            for (int p = 0; p < items[i].Pairs.Count; p++)
            {
                AuditPair pair = items[i].Pairs[p];
                if (pair.First < 0 || items[i].Texts[pair.First].Prompt != items[i].Texts[pair.Second].Prompt) continue;
                asked.Add(new Asked(items[i], i, [pair.First, pair.Second], p));
            }
        }

        Ask(asked, Take, cancellation);

        void Take(Asked own, ScoredRow row)
        {
            if (row.Verdict is not { } verdict)
            {
                Note(scores, own, row.Error);
                return;
            }

            ItemScores of = scores[own.Place];
            if (own.Pair is { } pair)
            {
                of.Differences[pair] = verdict.Scores[1] - verdict.Scores[0];
                return;
            }

            for (int r = 0; r < own.Item.Originals; r++) of.Originals[r] = verdict.Scores[r];
            for (int p = 0; p < own.Item.Pairs.Count; p++)
            {
                if (own.Item.Pairs[p].First < 0 && own.Item.Pairs[p].Contrast != own.Item.Sampled)
                {
                    of.Differences[p] = FirstShown(verdict);
                }
            }
        }
    }

    // Of each two responses: the probability that one is better where it is shown first, less where it is shown second.
    private static double? FirstShown(JudgeVerdict verdict)
    {
        if (verdict.FirstWins is not { } first) return null;
        int n = verdict.Scores.Length;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++) sum += first[i, j] + first[j, i] - 1;
        }

        return sum / (n * (n - 1) / 2.0);
    }

    private void Ask(IReadOnlyList<Asked> asked, Action<Asked, ScoredRow> take, CancellationToken cancellation)
    {
        if (asked.Count == 0) return;
        IReadOnlyList<ScoredRow> rows = scorer.Score([.. asked.Select(a => a.Row)], cancellation);
        for (int i = 0; i < rows.Count; i++) take(asked[i], rows[i]);
    }

    private static void Note(ItemScores[] scores, Asked own, string? error) =>
        scores[own.Place] = scores[own.Place] with { Error = scores[own.Place].Error ?? error };
}
