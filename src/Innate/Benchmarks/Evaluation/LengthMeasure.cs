namespace Innate.Benchmarks.Evaluation;

/// <summary>From scores and lengths to <see cref="LengthFigures"/>: sums go by items, questions, responses.</summary>
/// <param name="items">The run's items.</param>
/// <param name="isInTokens">Whether lengths are in tokens; items whose tokens nobody counted are left out.</param>
internal sealed class LengthMeasure(IReadOnlyList<BenchmarkItem> items, bool isInTokens)
{
    // An item's pairs: how many, and how many of them are won by the scorer and by either baseline.
    private sealed record ItemPairs(BenchmarkItem Item, int Count, double Won, double Shorter, double Longer);

    public string Unit => isInTokens ? "tokens" : "characters";

    /// <summary>A scorer's figures; null where nothing that it scored is a pair.</summary>
    public LengthFigures? Of(IEnumerable<ItemResult> own, int resamples, ulong seed)
    {
        ItemResult[] results = [.. own.Where(IsMeasured)];
        ItemPairs[] pairs = [.. results.Select(Pairs)];
        int count = pairs.Sum(p => p.Count);
        if (count == 0) return null;
        (double shorter, double longer) = (Share(pairs, p => p.Shorter), Share(pairs, p => p.Longer));
        bool isShorter = shorter >= longer;
        double[] gains =
        [
            .. Bootstrap.Samples(pairs, p => p.Item, resamples, seed)
                .Select(s => Share(s, p => p.Won) - Share(s, p => isShorter ? p.Shorter : p.Longer)),
        ];
        (int like, double likeWon) = Like(results);
        (double pearson, double within, double spearman) = Correlations(results, r => r.Scores!);
        return new LengthFigures
        {
            Unit = Unit,
            Responses = results.Sum(r => items[r.Index].Questions.Sum(q => q.Responses.Count)),
            Pairs = count,
            Accuracy = Share(pairs, p => p.Won),
            Pearson = pearson,
            PearsonWithin = within,
            SpearmanWithin = spearman,
            LikePairs = like,
            LikeAccuracy = likeWon / like,
            Baseline = isShorter ? "shorter-wins" : "longer-wins",
            BaselineAccuracy = isShorter ? shorter : longer,
            GainInterval = Bootstrap.Interval(gains),
        };
    }

    /// <summary>What each discount of a grid does; null where nothing that was swept is a pair.</summary>
    public DiscountResult? Discounts(string scorer, SweepGrid grid, IEnumerable<ItemResult> own)
    {
        ItemResult[] swept = [.. own.Where(r => IsMeasured(r) && r is { Sweep: not null, Undiscounted: not null })];
        double count = swept.Sum(r => PairsOf(r).Count());
        if (count == 0) return null;
        return new DiscountResult(scorer, Unit, (int)count,
        [
            .. Enumerable.Range(0, grid.Count).Select(p =>
            {
                double won = 0, changed = 0;
                foreach (ItemResult result in swept)
                {
                    foreach ((int q, int right, int wrong) in PairsOf(result))
                    {
                        int choice = result.Sweep![p][q].Compare(right, wrong);
                        won += Win(choice);
                        if (choice != result.Undiscounted![q].Compare(right, wrong)) changed++;
                    }
                }

                (_, double within, double spearman) = Correlations(swept, r => r.Sweep![p]);
                return new DiscountPoint(
                    grid.Gammas[p / grid.Betas.Count], grid.Betas[p % grid.Betas.Count], won / count, within, spearman,
                    changed / count);
            }),
        ]);
    }

    private bool IsMeasured(ItemResult result) =>
        result.Scores is not null && items[result.Index].Steps is null && (!isInTokens || result.Tokens is not null);

    private double[] Lengths(ItemResult result, int question) => isInTokens
        ? [.. result.Tokens![question]]
        : [.. items[result.Index].Questions[question].Responses.Select(r => (double)r.Length)];

    private IEnumerable<(int Question, int Right, int Wrong)> PairsOf(ItemResult result)
    {
        BenchmarkItem item = items[result.Index];
        return
            from q in Enumerable.Range(0, item.Questions.Count)
            from right in item.RightOf(q)
            from wrong in item.WrongOf(q)
            select (q, right, wrong);
    }

    private ItemPairs Pairs(ItemResult result)
    {
        BenchmarkItem item = items[result.Index];
        int count = 0;
        double won = 0, shorter = 0;
        foreach ((int q, int right, int wrong) in PairsOf(result))
        {
            IReadOnlyList<string> responses = item.Questions[q].Responses;
            count++;
            won += Win(result.Scores![q].Compare(right, wrong));
            shorter += Win(responses[wrong].Length.CompareTo(responses[right].Length));
        }

        return new ItemPairs(item, count, won, shorter, count - shorter);
    }

    private (int Pairs, double Won) Like(ItemResult[] results)
    {
        int count = 0;
        double won = 0;
        foreach (ItemResult result in results)
        {
            foreach ((int q, int right, int wrong) in PairsOf(result))
            {
                double[] lengths = Lengths(result, q);
                (double a, double b) = (lengths[right], lengths[wrong]);
                if (10 * Math.Abs(a - b) > Math.Max(a, b)) continue;
                count++;
                won += Win(result.Scores![q].Compare(right, wrong));
            }
        }

        return (count, won);
    }

    private (double Pearson, double Within, double Spearman) Correlations(
        ItemResult[] results, Func<ItemResult, IReadOnlyList<QuestionScores>> scoresOf)
    {
        List<double> allScores = [], allLengths = [];
        CentredSums within = new();
        double sum = 0;
        int questions = 0;
        foreach (ItemResult result in results)
        {
            IReadOnlyList<QuestionScores> scores = scoresOf(result);
            for (int q = 0; q < scores.Count; q++)
            {
                double[] lengths = Lengths(result, q);
                allScores.AddRange(scores[q].Scores);
                allLengths.AddRange(lengths);
                within.Add(scores[q].Scores, lengths);
                double rank = Correlation.Spearman(scores[q].Scores, lengths);
                if (double.IsNaN(rank)) continue;
                sum += rank;
                questions++;
            }
        }

        return (Correlation.Pearson(allScores, allLengths), within.Correlation, sum / questions);
    }

    private static double Win(int comparison) => comparison > 0 ? 1 : comparison == 0 ? 0.5 : 0;

    private static double Share(IReadOnlyList<ItemPairs> pairs, Func<ItemPairs, double> won)
    {
        double wins = 0, count = 0;
        foreach (ItemPairs item in pairs)
        {
            wins += won(item);
            count += item.Count;
        }

        return wins / count;
    }
}
