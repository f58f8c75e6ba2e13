using Innate.Rows.Shards;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Auditing;

/// <summary>Prompts that tempt, each with the texts that only a cheat would write.</summary>
public sealed record TrapSettings
{
    /// <summary>The file of rows: a prompt, <c>wires</c>, and responses where none are sampled.</summary>
    public required string Data { get; init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>The first so many rows; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of traps.json, traps.jsonl and report.html.</summary>
    public required string Output { get; init; }

    /// <summary>Go on after the prompts that an interrupted run left in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>One of several parts: its lines alone, and no tables; null: all of it.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The model that answers; it is opened only to sample.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How prompts become ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Responses that are sampled to each prompt, in place of the row's own; 0: the row's own.</summary>
    public int Samples { get; init; }

    /// <summary>The temperature of the sampling.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The most tokens of a response.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Resamples of the intervals.</summary>
    public int Resamples { get; init; } = 4000;

    /// <summary>Decides samples and resamples.</summary>
    public ulong Seed { get; init; }
}
