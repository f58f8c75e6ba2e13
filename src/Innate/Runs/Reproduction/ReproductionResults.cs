using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Runs.Reproduction;

/// <summary>A scorer's row of a benchmark's results.</summary>
/// <param name="Name">The scorer.</param>
/// <param name="N">Items that it scored.</param>
/// <param name="Metrics">By name, in order; shares of 1.</param>
/// <param name="Intervals">Low and high, where there are any.</param>
/// <param name="Matrix">Its first matrix; null: none.</param>
public sealed record ScorerRow(
    string Name, int N, IReadOnlyList<(string Name, double Value)> Metrics, IReadOnlyDictionary<string,
    (double Low, double High)> Intervals,
    ScorerMatrix? Matrix)
{
    /// <summary>
    /// Of a judge of pairs: the share of pairs on which its two orders disagree, so that it abstains; null for others.
    /// </summary>
    public double? Abstained { get; init; }

    /// <summary>A metric; NaN where there is none of the name.</summary>
    public double this[string name] => Metrics.Where(m => m.Name == name).Select(m => m.Value).DefaultIfEmpty(double.NaN).First();
}

/// <summary>A matrix of a scorer.</summary>
public sealed record ScorerMatrix(IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<double[]> Values)
{
    /// <summary>Columns whose largest value lies on the diagonal, alone.</summary>
    public int DominantColumns => Enumerable.Range(0, Columns.Count).Count(c =>
        Enumerable.Range(0, Rows.Count).All(r => r == c || Values[r][c] < Values[c][c]));
}

/// <summary>A policy's accuracy.</summary>
/// <param name="Preset">What it learned by; null: nothing yet.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Accuracy">Of all sampled answers.</param>
/// <param name="Groups">By family or subset.</param>
/// <param name="MeanTokens">The mean length of an answer.</param>
public sealed record PolicyRow(
    string? Preset, ulong Seed, double Accuracy, IReadOnlyList<(string Name, double Value)> Groups, double MeanTokens);

/// <summary>A claim of the paper, and what was found.</summary>
/// <param name="Question">1, 2 or 3.</param>
/// <param name="About">What it is about, in a word or two.</param>
/// <param name="Text">The claim.</param>
/// <param name="Measured">What was measured, in words.</param>
/// <param name="Holds">Whether it holds here.</param>
public sealed record PaperClaim(int Question, string About, string Text, string Measured, bool Holds);

/// <summary>All that the plan's commands wrote, read back from their results.json.</summary>
public sealed record ReproductionResults(
    IReadOnlyList<ScorerRow> Rewards, string RewardsBenchmark, IReadOnlyList<ScorerRow> Prompts, string PromptsBenchmark,
    IReadOnlyList<PolicyRow> Policies)
{
    /// <summary>The claims of the paper.</summary>
    public IReadOnlyList<PaperClaim> Claims => [.. RewardClaims(), PromptClaim(), .. LearningClaims()];

    /// <summary>Reads what the plan's commands wrote.</summary>
    public static ReproductionResults Read(ReproductionSettings s)
    {
        JsonElement first = Load(ReproductionPlan.FirstFolder(s)), second = Load(ReproductionPlan.SecondFolder(s));
        return new ReproductionResults(
            Rows(first), first.GetProperty("benchmark").GetString()!, Rows(second), second.GetProperty("benchmark").GetString()!,
            [.. ReproductionPlan.Policies(s)
                .Select(p => Policy(p.Preset, p.Seed, Load(ReproductionPlan.MeasuredFolder(s, p.Preset, p.Seed))))]);
    }

    /// <summary>The same as JSON, with the commands.</summary>
    /// <param name="weights">The digest of the model's weights.</param>
    /// <param name="commands">The name and command of each step.</param>
    /// <param name="seconds">How long each took, by its command.</param>
    public JsonObject ToJson(
        string weights, IReadOnlyList<(string Name, string Command)> commands,
        IReadOnlyDictionary<string, double> seconds) => new()
    {
        ["weights"] = weights,
        ["claims"] = new JsonArray([.. Claims.Select(c => new JsonObject
        {
            ["question"] = c.Question,
            ["claim"] = c.Text,
            ["measured"] = c.Measured,
            ["holds"] = c.Holds,
        })]),
        ["rewards"] = Json(RewardsBenchmark, Rewards),
        ["prompts"] = Json(PromptsBenchmark, Prompts),
        ["policies"] = new JsonArray([.. Policies.Select(p => new JsonObject
        {
            ["preset"] = p.Preset,
            ["seed"] = p.Preset is null ? null : p.Seed,
            ["accuracy"] = p.Accuracy,
            ["mean_tokens"] = p.MeanTokens,
            ["groups"] = new JsonObject(p.Groups.Select(g => KeyValuePair.Create(g.Name, (JsonNode?)g.Value))),
        })]),
        ["commands"] = new JsonArray([.. commands.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["command"] = c.Command,
            ["seconds"] = seconds.GetValueOrDefault(c.Command),
        })]),
    };

    /// <summary>The runs of one recipe; null: the model as it was.</summary>
    public IReadOnlyList<PolicyRow> Of(string? preset) => [.. Policies.Where(p => p.Preset == preset)];

    private IEnumerable<PaperClaim> RewardClaims()
    {
        double own = Rewards[0]["overall"];
        ScorerRow judge = Rewards.Where(r => r.Name.StartsWith("judge-", StringComparison.Ordinal)).MaxBy(r => r["overall"])!;
        ScorerRow baseline = Rewards.Where(r => r.Name is "random" or "shorter-wins" or "longer-wins").MaxBy(r => r["overall"])!;
        yield return new PaperClaim(
            1, "against judges",
            "The endogenous reward tells right from wrong more often than every training-free judge of the same model.",
            Say($"endogenous {own:0.0%}, the best judge {judge.Name} {judge["overall"]:0.0%}"), own > judge["overall"]);
        yield return new PaperClaim(
            1, "against baselines", "The endogenous reward beats chance and length.",
            Say($"endogenous {own:0.0%}, the best baseline {baseline.Name} {baseline["overall"]:0.0%}"),
            own > baseline["overall"]);
    }

    private PaperClaim PromptClaim()
    {
        const string Text =
            "A system prompt steers the reward: each kind of response is rewarded most under the prompt that asks for it.";
        if (Prompts[0].Matrix is not { } matrix)
        {
            return new PaperClaim(2, "prompts", Text, "no item could be scored: see its results.json", false);
        }

        return new PaperClaim(
            2, "prompts", Text,
            Say($"the diagonal is the largest entry of {matrix.DominantColumns} of {matrix.Columns.Count} columns"),
            matrix.DominantColumns == matrix.Columns.Count);
    }

    private IEnumerable<PaperClaim> LearningClaims()
    {
        PolicyRow before = Of(null)[0];
        IReadOnlyList<PolicyRow> after = Of("endorm");
        double gain = after.Average(p => p.Accuracy) - before.Accuracy, least = after.Min(p => p.Accuracy) - before.Accuracy;
        string seeds = after.Count == 1 ? "seed" : "seeds";
        yield return new PaperClaim(
            3, "learning", "Reinforcement learning on the endogenous reward makes the model better than it was.",
            Say($"{100 * gain:+0.0;-0.0} points on average over {after.Count} {seeds}, {100 * least:+0.0;-0.0} at least"),
            gain > 0);
        if (before.Groups.Count < 2) yield break;
        (string name, double worst) = before.Groups
            .Select(g => (g.Name, after.Average(p => p.Groups.First(o => o.Name == g.Name).Value) - g.Value)).MinBy(g => g.Item2);
        yield return new PaperClaim(
            3, "every set", "It does so on every set of questions.",
            Say($"the least gain is {100 * worst:+0.0;-0.0} points, on {name}"), worst > 0);
    }

    private static string Say(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);

    private static JsonElement Load(string folder)
    {
        string path = Path.Combine(folder, "results.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static ScorerRow[] Rows(JsonElement results) =>
        [.. results.GetProperty("scorers").EnumerateArray().Select(s => new ScorerRow(
        s.GetProperty("name").GetString()!,
        s.GetProperty("n").GetInt32(),
        [.. s.GetProperty("metrics").EnumerateObject().Select(m => (m.Name, m.Value.GetDouble()))],
        s.GetProperty("intervals").EnumerateObject()
            .ToDictionary(i => i.Name, i => (i.Value[0].GetDouble(), i.Value[1].GetDouble()), StringComparer.Ordinal),
        s.TryGetProperty("matrices", out JsonElement matrices) ? Matrix(matrices[0]) : null)
    {
        Abstained = s.TryGetProperty("position", out JsonElement position)
            ? position.GetProperty("abstained").GetDouble() / Math.Max(1, position.GetProperty("pairs").GetDouble())
            : null,
    })];

    private static ScorerMatrix Matrix(JsonElement matrix)
    {
        string[][] names = [.. matrix.EnumerateObject().Where(p => p.Name != "values" && p.Value.ValueKind == JsonValueKind.Array)
            .Select(p => p.Value.EnumerateArray().Select(v => v.GetString()!).ToArray())];
        return new ScorerMatrix(
            names[0], names[1], [.. matrix.GetProperty("values").EnumerateArray()
                .Select(r => r.EnumerateArray().Select(v => v.GetDouble()).ToArray())]);
    }

    private static PolicyRow Policy(string? preset, ulong seed, JsonElement results) => new(
        preset, seed, results.GetProperty("metrics").GetProperty("accuracy").GetDouble(),
        [.. results.GetProperty("groups").EnumerateArray().Select(g => (
            g.GetProperty("name").GetString()!, g.GetProperty("metrics").GetProperty("accuracy").GetDouble()))],
        results.GetProperty("mean_tokens").GetDouble());

    private static JsonObject Json(string benchmark, IReadOnlyList<ScorerRow> rows) => new()
    {
        ["benchmark"] = benchmark,
        ["scorers"] = new JsonArray([.. rows.Select(r => new JsonObject
        {
            ["name"] = r.Name,
            ["n"] = r.N,
            ["metrics"] = new JsonObject(r.Metrics.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value))),
        })]),
    };
}
