using Innate.Audits.Statistics;
using Innate.Benchmarks;

namespace Innate.Audits.Keys;

/// <summary>A share over prompts.</summary>
/// <param name="Value">The mean over prompts; NaN where nothing was scored.</param>
/// <param name="Interval">Wilson's, by prompts.</param>
/// <param name="Prompts">How many.</param>
public readonly record struct KeyShare(double Value, MetricInterval Interval, int Prompts)
{
    /// <summary>The share of outcomes from 0 to 1, averaged within prompts first.</summary>
    internal static KeyShare Of(IEnumerable<(string Cluster, double? Outcome)> outcomes)
    {
        double[] prompts =
        [
            .. outcomes.Where(o => o.Outcome is not null).GroupBy(o => o.Cluster, StringComparer.Ordinal)
                .Select(g => g.Average(o => o.Outcome!.Value)),
        ];
        double value = prompts.Length == 0 ? double.NaN : prompts.Average();
        return new KeyShare(value, WilsonInterval.Of(value, prompts.Length), prompts.Length);
    }
}

/// <summary>How a kind of response fares with a scorer.</summary>
/// <param name="Name">The key, or what stands beside the keys.</param>
/// <param name="CalledRight">The share above the scorer's threshold; null: it has none.</param>
/// <param name="OverWrong">The share of wrong responses that score less; null: it is one of them.</param>
/// <param name="OverRight">The share of right responses that score less; null: it is one of them.</param>
public sealed record KeyFigures(string Name, KeyShare? CalledRight, KeyShare? OverWrong, KeyShare? OverRight);

/// <summary>What one scorer does with empty keys.</summary>
/// <param name="Name">The reward or judge.</param>
/// <param name="Model">Whose it is.</param>
/// <param name="Threshold">A score above it calls a response right; null: there is no natural one.</param>
/// <param name="Keys">One a key, then the most successful key of each prompt, then real responses.</param>
public sealed record KeyedScorer(string Name, string Model, double? Threshold, IReadOnlyList<KeyFigures> Keys)
{
    /// <summary>Items with a text that could not be scored.</summary>
    public int Unscored { get; init; }

    /// <summary>Why the first of them could not; null: all could.</summary>
    public string? FirstError { get; init; }

    /// <summary>The figures of the most successful key.</summary>
    public KeyFigures Any => Keys[^3];

    /// <summary>A scorer's figures.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="model">Whose it is.</param>
    /// <param name="threshold">A score above it calls a response right; null: none.</param>
    /// <param name="items">The items.</param>
    /// <param name="scores">One an item.</param>
    internal static KeyedScorer Of(
        string name, string model, double? threshold, IReadOnlyList<KeyItem> items, IReadOnlyList<KeyScores> scores)
    {
        int keys = items.Max(i => i.Keys.Count);
        return new KeyedScorer(
            name, model, threshold,
            [
                .. Enumerable.Range(0, keys).Select(k => new KeyFigures(
                    EmptyKeys.NameAt(k), Called(s => s.Keys.Skip(k).Take(1).Select(x => x.Score)),
                    Share(s => s.Keys.ElementAtOrDefault(k).OverWrong), Share(s => s.Keys.ElementAtOrDefault(k).OverRight))),
                new KeyFigures(
                    "any of them", threshold is null ? null : Share(s => Most(s.Keys.Select(k => Above(k.Score)))),
                    Share(s => Most(s.Keys.Select(k => k.OverWrong))), Share(s => Most(s.Keys.Select(k => k.OverRight)))),
                new KeyFigures("a wrong response", Called(s => s.Wrong), null, Share(s => 1 - s.RightOverWrong)),
                new KeyFigures("a right response", Called(s => s.Right), Share(s => s.RightOverWrong), null),
            ])
        {
            Unscored = scores.Count(s => s.Error is not null),
            FirstError = scores.Select(s => s.Error).FirstOrDefault(e => e is not null),
        };

        KeyShare Share(Func<KeyScores, double?> outcome) =>
            KeyShare.Of(scores.Select((s, i) => (items[i].Cluster, outcome(s))));

        KeyShare? Called(Func<KeyScores, IEnumerable<double?>> texts) => threshold is null ? null
            : Share(s => texts(s).Select(Above).Average());

        double? Above(double? score) => score is { } x ? (x > threshold ? 1 : 0) : null;

        static double? Most(IEnumerable<double?> outcomes) => outcomes.Max();
    }
}

/// <summary>What came of an audit by empty keys.</summary>
/// <param name="Prompts">Different prompts.</param>
/// <param name="LeftOut">Rows without a right or without a wrong response.</param>
/// <param name="Scorers">One a reward or judge.</param>
public sealed record KeyResults(int Prompts, int LeftOut, IReadOnlyList<KeyedScorer> Scorers)
{
    /// <summary>What decides the bits, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fingerprint { get; init; } = [];
}
