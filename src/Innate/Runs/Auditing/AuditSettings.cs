using Innate.Rows.Shards;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>Rewards and judges to be audited.</summary>
public sealed record AuditSettings
{
    /// <summary>The file of rows with prompts and responses, as text.</summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The first so many rows, and so many items of RM-Bench's safety; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of audit.json, pairs.jsonl and report.html.</summary>
    public required string Output { get; init; }

    /// <summary>Go on after the prompts that an interrupted run left in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>One of several parts: its lines alone, and no tables; null: all of it.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The model; where there is one in <see cref="After"/>, the model before training.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The model after training, which scores the same pairs; null: none.</summary>
    public ModelSource? After { get; init; }

    /// <summary>The model whose samples the own ones are compared with; null: nothing is sampled.</summary>
    public ModelSource? OtherModel { get; init; }

    /// <summary>The rewards and judges.</summary>
    public IReadOnlyList<ScorerSettings> Scorers { get; init; } = [new()];

    /// <summary>The names of edits; empty: all.</summary>
    public IReadOnlyList<string> Edits { get; init; } = [];

    /// <summary>A file of word lists, in place of those that come with the library; null: those.</summary>
    public string? Words { get; init; }

    /// <summary>The folder of RM-Bench, whose safety sets are read; null: none.</summary>
    public string? RmBench { get; init; }

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>The most tokens of a sample.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Bootstrap resamples.</summary>
    public int Resamples { get; init; } = 4000;

    /// <summary>Decides samples, a judge's reasoning and the resamples.</summary>
    public ulong Seed { get; init; }
}
