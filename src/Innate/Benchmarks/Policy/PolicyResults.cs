using System.Text.Json.Nodes;

namespace Innate.Benchmarks.Policy;

/// <summary>One group's metrics.</summary>
/// <param name="Name">The family or subset; <c>all</c> for the whole.</param>
/// <param name="Count">Its questions.</param>
/// <param name="Metrics">Shares of 1, with intervals.</param>
public sealed record PolicyGroup(string Name, int Count, IReadOnlyList<PolicyMetric> Metrics);

/// <summary>A policy's metrics: of each group, and of all its answers.</summary>
public sealed record PolicyResults
{
    /// <summary>Measures a policy's answers.</summary>
    /// <param name="items">One a question, in order; null where it could not be asked.</param>
    /// <param name="ks">The k of pass and majority.</param>
    /// <exception cref="InputException">No question could be asked.</exception>
    public PolicyResults(IReadOnlyList<PolicyItem?> items, IReadOnlyList<int> ks)
        : this(items, ks, isPart: false)
    {
    }

    private PolicyResults(IReadOnlyList<PolicyItem?> items, IReadOnlyList<int> ks, bool isPart)
    {
        PolicyItem[] asked = [.. items.OfType<PolicyItem>()];
        Unscored = items.Count - asked.Length;
        if (asked.Length == 0 && isPart)
        {
            All = new PolicyGroup("all", 0, []);
            return;
        }

        if (asked.Length == 0)
        {
            throw new InputException($"None of the {items.Count} questions could be asked: see their reasons in items.jsonl.");
        }

        double samples = asked.Sum(i => i.Question.Samples.Count);
        MeanTokens = asked.Sum(i => i.Tokens) / samples;
        Unfinished = asked.Sum(i => i.Unfinished) / samples;
        GradedQuestion[] questions = [.. asked.Select(i => i.Question)];
        IGrouping<string?, GradedQuestion>[] groups = [.. questions.GroupBy(q => q.Group, StringComparer.Ordinal)];
        if (groups.Length > 1)
        {
            Groups = [.. groups.Select(g => new PolicyGroup(g.Key ?? "(none)", g.Count(), PolicyMetrics.Of([.. g], ks)))];
        }

        All = new PolicyGroup("all", questions.Length, PolicyMetrics.Of(questions, ks));
    }

    /// <summary>Measures the answers of a part, which may have no question.</summary>
    internal static PolicyResults OfPart(IReadOnlyList<PolicyItem?> items, IReadOnlyList<int> ks) => new(items, ks, isPart: true);

    /// <summary>The families or subsets; empty where there is one alone.</summary>
    public IReadOnlyList<PolicyGroup> Groups { get; } = [];

    /// <summary>The whole.</summary>
    public PolicyGroup All { get; }

    /// <summary>The mean length of an answer, in tokens.</summary>
    public double MeanTokens { get; }

    /// <summary>The share of answers that reached the limit of tokens.</summary>
    public double Unfinished { get; }

    /// <summary>Questions that could not be asked.</summary>
    public int Unscored { get; }

    /// <summary>What checks of the reasoning behind right answers came to; null: nobody checked.</summary>
    public ReasoningResults? Reasoning { get; init; }

    /// <summary>Adds results.json's fields from <c>n</c> on.</summary>
    /// <param name="json">Where to.</param>
    public void AddTo(JsonObject json)
    {
        json["n"] = All.Count;
        json["unscored"] = Unscored;
        json["mean_tokens"] = MeanTokens;
        json["unfinished"] = Unfinished;
        json["metrics"] = Metrics(All.Metrics);
        json["intervals"] = new JsonObject(
            All.Metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)new JsonArray(m.Low, m.High))));
        json["groups"] = new JsonArray([.. Groups.Select(g => (JsonNode)new JsonObject
        {
            ["name"] = g.Name,
            ["n"] = g.Count,
            ["metrics"] = Metrics(g.Metrics),
        })]);
        if (Reasoning is not null) json["reasoning"] = Reasoning.ToJson();
    }

    private static JsonObject Metrics(IReadOnlyList<PolicyMetric> metrics) =>
        new(metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value)));
}
