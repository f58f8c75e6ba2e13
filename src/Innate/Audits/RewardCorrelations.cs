using Innate.Audits.Words;
using Innate.Benchmarks;

namespace Innate.Audits;

/// <summary>How much of a reward goes with something that is no merit.</summary>
/// <param name="Name">With what: <c>length</c>, <c>likelihood</c>, <c>repetition</c>.</param>
/// <param name="Responses">How many responses were looked at.</param>
/// <param name="Pearson">Over all responses.</param>
/// <param name="Within">Over the responses to one prompt, pooled over prompts; NaN where prompts have one response each.</param>
/// <param name="Spearman">Over all responses, of ranks.</param>
public sealed record RewardCorrelation(string Name, int Responses, double Pearson, double Within, double Spearman)
{
    /// <summary>The correlations of a scorer with length, likelihood and repetition.</summary>
    /// <param name="items">The items.</param>
    /// <param name="scores">What the scorer said of each.</param>
    /// <param name="likelihoods">Mean log-likelihoods of the user's responses; null: not known.</param>
    internal static IReadOnlyList<RewardCorrelation> Of(
        IReadOnlyList<AuditItem> items, IReadOnlyList<ItemScores> scores, IReadOnlyList<double?[]>? likelihoods)
    {
        List<RewardCorrelation> all =
        [
            With("length", (item, response) => items[item].Texts[response].Text.Length),
            With("repetition", (item, response) => Repetition(items[item].Texts[response].Text)),
        ];
        if (likelihoods is not null) all.Insert(1, With("likelihood", (item, response) => likelihoods[item][response]));
        return all;

        RewardCorrelation With(string name, Func<int, int, double?> value)
        {
            (string Cluster, double Reward, double Value)[] pairs =
            [
                .. from i in Enumerable.Range(0, items.Count)
                   from r in Enumerable.Range(0, items[i].Originals)
                   where scores[i].Originals[r] is not null && value(i, r) is not null
                   select (items[i].Cluster, scores[i].Originals[r]!.Value, value(i, r)!.Value),
            ];
            CentredSums within = new();
            foreach (var prompt in pairs.GroupBy(p => p.Cluster, StringComparer.Ordinal).Where(g => g.Count() > 1))
            {
                within.Add([.. prompt.Select(p => p.Value)], [.. prompt.Select(p => p.Reward)]);
            }

            double[] rewards = [.. pairs.Select(p => p.Reward)], values = [.. pairs.Select(p => p.Value)];
            return new RewardCorrelation(
                name, pairs.Length, Correlation.Pearson(values, rewards), within.Correlation,
                Correlation.Spearman(values, rewards));
        }
    }

    /// <summary>The share of three words in a row that the text said before; 0 of fewer than four words.</summary>
    internal static double Repetition(string text)
    {
        string[] words = [.. WholeWords.Of(text).Select(w => w.ToLowerInvariant())];
        if (words.Length < 4) return 0;
        HashSet<string> seen = new(StringComparer.Ordinal);
        int again = 0;
        for (int i = 0; i + 3 <= words.Length; i++)
        {
            if (!seen.Add(string.Join(' ', words[i..(i + 3)]))) again++;
        }

        return again / (double)(words.Length - 2);
    }
}
