using Innate.Rows.Shards;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>Rewards and judges to be tried with responses that say nothing.</summary>
public sealed record KeyAuditSettings
{
    /// <summary>
    /// The file of rows: a prompt with <c>chosen</c> and <c>rejected</c>, or <c>responses</c> and a flag for each.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The first so many rows; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of keys.json, keys.jsonl and report.html.</summary>
    public required string Output { get; init; }

    /// <summary>Go on after the lines that an interrupted run left in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>One of several parts: its lines alone, and no tables; null: all of it.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The model of <see cref="Scorers"/>; null: only <see cref="RewardModels"/> are asked.</summary>
    public ModelSource? Model { get; init; }

    /// <summary>The model's rewards and judges; empty: the reward that its head usually gives.</summary>
    public IReadOnlyList<ScorerSettings> Scorers { get; init; } = [];

    /// <summary>More models, each with the reward that its head usually gives.</summary>
    public IReadOnlyList<ModelSource> RewardModels { get; init; } = [];

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();
}
