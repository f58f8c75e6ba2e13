using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Verifiers;

namespace Innate.Benchmarks.Policy;

/// <summary>What checks of the reasoning behind right answers came to (CoT-Pass@K, arXiv 2506.14245).</summary>
public sealed record ReasoningResults
{
    private static readonly (string Name, Func<VerdictBand, bool> Rule)[] Band =
        [("any", b => b.Any), ("majority", b => b.Majority), ("all", b => b.All)];

    /// <summary>Measures.</summary>
    /// <param name="checker">Who checked.</param>
    /// <param name="checks">How often each sample was checked.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="ks">The k of pass and CoT-pass.</param>
    /// <exception cref="InputException">No question has all its right answers checked.</exception>
    internal ReasoningResults(string checker, int checks, IReadOnlyList<CheckedReasoning> questions, IReadOnlyList<int> ks)
    {
        (Checker, Checks) = (checker, checks);

        // A sample without a verdict is neither right nor wrong: its question takes no part.
        CheckedReasoning[] whole = [.. questions.Where(q => q.Votes.All(v => v.Count > 0))];
        LeftOut = questions.Count - whole.Length;
        FirstError = questions.Select(q => q.Unchecked).FirstOrDefault(e => e is not null);
        if (whole.Length == 0)
        {
            throw new InputException($"the reasoning of no question could be checked, of the first because {FirstError}.");
        }

        (Questions, RightAnswers) = (whole.Length, whole.Sum(q => q.Right));
        List<PolicyMetric> metrics = [];
        foreach (int k in ks)
        {
            metrics.Add(Mean(Named("pass", k), q => PassAtK.Estimate(q.Samples, q.Right, k)));
            foreach ((string name, Func<VerdictBand, bool> rule) in Band)
            {
                metrics.Add(Mean(
                    $"{Named("cot-pass", k)} {name}",
                    q => CotPassAtK.Estimate(q.Samples, q.Right, q.RightThroughout(rule), k).CotPass));
            }
        }

        foreach ((string name, Func<VerdictBand, bool> rule) in Band)
        {
            metrics.Add(PolicyMetrics.Ratio(
                $"right-reasoning {name}", [.. whole.Select(q => (double)q.RightThroughout(rule))],
                [.. whole.Select(q => (double)q.Right)]));
        }

        Metrics = metrics;

        static string Named(string name, int k) => string.Create(CultureInfo.InvariantCulture, $"{name}@{k}");

        PolicyMetric Mean(string name, Func<CheckedReasoning, double> value) =>
            PolicyMetrics.Mean(name, [.. whole.Select(value)], seed: 0);
    }

    /// <summary>Who checked.</summary>
    public string Checker { get; }

    /// <summary>How often each sample was checked.</summary>
    public int Checks { get; }

    /// <summary>Questions that take part.</summary>
    public int Questions { get; }

    /// <summary>Their samples with a right answer.</summary>
    public int RightAnswers { get; }

    /// <summary>Questions with a right answer that no check came to a verdict on.</summary>
    public int LeftOut { get; }

    /// <summary>Why there was no verdict on the first of them; null: all have one.</summary>
    public string? FirstError { get; }

    /// <summary>
    /// For each k <c>pass@k</c> and <c>cot-pass@k</c> by <c>any</c>, <c>majority</c> and <c>all</c> checks; at the end
    /// <c>right-reasoning</c> by each: of the right answers the share whose reasoning is right, P(CC|CA).
    /// </summary>
    public IReadOnlyList<PolicyMetric> Metrics { get; }

    /// <summary>The object in results.json.</summary>
    internal JsonObject ToJson() => new()
    {
        ["checker"] = Checker,
        ["checks"] = Checks,
        ["n"] = Questions,
        ["left_out"] = LeftOut,
        ["right_answers"] = RightAnswers,
        ["metrics"] = new JsonObject(Metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)Number(m.Value)))),
        ["intervals"] = new JsonObject(
            Metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)new JsonArray(Number(m.Low), Number(m.High))))),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
