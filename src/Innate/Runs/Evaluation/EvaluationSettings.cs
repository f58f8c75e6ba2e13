using Innate.Benchmarks.Evaluation;
using Innate.Judges;
using Innate.Rows.Shards;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>Which scorers are measured on which benchmark.</summary>
public sealed record EvaluationSettings
{
    /// <summary>The benchmark's name: see <see cref="Benchmarks.BenchmarkNames.All"/>.</summary>
    public required string Benchmark { get; init; }

    /// <summary>The folder of the results; made where there is none.</summary>
    public required string Output { get; init; }

    /// <summary>The part of the items that is scored; null: all. Its folder lies beside <see cref="Output"/>.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The benchmark's file or folder; null: it makes its own items.</summary>
    public string? Data { get; init; }

    /// <summary>DSP's system prompts; null: beside the data.</summary>
    public string? Prompts { get; init; }

    /// <summary>Pairs: the file's own names of fields (<see cref="Rows.RowColumns.Parse"/>); null: none of its own.</summary>
    public string? Columns { get; init; }

    /// <summary>At most so many items, in turn from each part; null: all, or of a made benchmark 500.</summary>
    public int? Limit { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The implicit reward's reference model; null: none.</summary>
    public ModelSource? Reference { get; init; }

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>
    /// The scorers, with their options: <c>endogenous,gamma=0.95</c>; empty: all that need nothing but the model, and the
    /// baselines; <see cref="EvaluationRun.AllScorers"/>: judges too.
    /// </summary>
    public IReadOnlyList<string> Scorers { get; init; } = [];

    /// <summary>How judges among the scorers ask, whatever its kind; null: by the defaults.</summary>
    public JudgeSettings? Judge { get; init; }

    /// <summary>What to judge by, in words: in a judge's prompt, or the system prompt of a reward; null: nothing.</summary>
    public string? Principle { get; init; }

    /// <summary>Weights to try on the first weighted scorer's traces: <c>gamma=0.9:1:0.02,beta=0,0.1</c>; null: none.</summary>
    public string? Sweep { get; init; }

    /// <summary>process-bench: how a step's reward comes from its tokens'; null: the mean.</summary>
    public StepReward? Steps { get; init; }

    /// <summary>Bootstrap resamples of the confidence intervals.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Decides the random scorer, the resamples, the judges' reasoning and made items.</summary>
    public ulong Seed { get; init; }

    /// <summary>Go on after the items that <see cref="Output"/> holds already.</summary>
    public bool Resume { get; init; }
}
