using System.Text.Json.Nodes;
using Innate.Benchmarks.Evaluation;
using Innate.Benchmarks.Policy;
using Innate.Foundation.Forms;
using Innate.Learning.Data;
using Innate.Learning.Watching;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs.Training;
using Innate.Scoring.Grading;
using Innate.Scoring.Profiles;

namespace Innate.Runs;

/// <summary>
/// A JSON Schema (draft 2020-12) of something that people write for Innate or read from it (docs/schemas.md), made of the form
/// that stands beside what reads or writes it.
/// </summary>
public sealed class PublishedSchema
{
    private readonly JsonForm _form;

    private PublishedSchema(string name, string meaning, JsonForm form)
    {
        Name = name;
        Meaning = meaning;
        _form = form;
    }

    /// <summary>All of them, what people write first.</summary>
    public static IReadOnlyList<PublishedSchema> All { get; } =
    [
        new("row", "A line of input: a prompt with its responses, as score, judge, label and /v1/rewards take it.", RowForm.Row),
        new("training-row", "A line of --data of train and align.", TrainingRowForm.Row),
        new("graded-row", "A line of input of grade.", GradedRowForm.Row),
        new("profile", "A reward steered by words: the file of --profile.", ProfileForm.File),
        new("scored-row", "A line of output of score and judge: the input's fields and the rewards, or an error.",
            RewardForms.ScoredRow),
        new("ranking", "The object of rank --json.", RankingForm.Ranking),
        new("results", "results.json of eval with rewards, judges and baselines.", EvalForms.Results),
        new("item", "A line of its items.jsonl.", EvalForms.Item),
        new("policy-results", "results.json of eval --policy.", PolicyForms.Results),
        new("policy-item", "A line of its items.jsonl.", PolicyForms.Item),
        new("recipe", "recipe.json of train rl: what was learned from, and how.", ReinforcementTable.Reinforcement.ToForm()),
        new("shard", "FILE.shard.json beside a part of a job that ran with --shard.", ShardManifest.Form),
        new("step", "A line of a run's metrics.jsonl.", MetricsLog.Form),
    ];

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it describes, in a sentence.</summary>
    public string Meaning { get; }

    /// <summary>The schema of a name.</summary>
    /// <param name="name">One of <see cref="All"/>'s.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static PublishedSchema Of(string name) => All.FirstOrDefault(s => s.Name == name) ?? throw new InputException(
        nameof(name), $"one of {string.Join(", ", All.Select(s => s.Name))}",
        $"'{name}'{NearestName.Hint(name, All.Select(s => s.Name))}");

    /// <summary>The schema.</summary>
    public JsonObject ToJson()
    {
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:innate:schema:{Name}",
            ["title"] = Name,
            ["description"] = Meaning,
        };
        foreach ((string key, JsonNode? value) in _form.ToSchema().ToList()) schema[key] = value?.DeepClone();
        return schema;
    }

    /// <summary>The schema as UTF-8, indented.</summary>
    public byte[] ToBytes() => JsonBytes.Indented(ToJson());
}
