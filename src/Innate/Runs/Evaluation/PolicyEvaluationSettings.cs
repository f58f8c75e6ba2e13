using Innate.Rows.Shards;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Evaluation;

/// <summary>A model's own answers to questions, to be graded.</summary>
public sealed record PolicyEvaluationSettings
{
    /// <summary>What a model with a chat template is asked for beside a question whose answer is looked for in a box.</summary>
    public const string InABox = "Reason step by step, and put the final answer in \\boxed{}.";

    /// <summary>The question set: see <see cref="Benchmarks.Policy.QuestionSet.Names"/>.</summary>
    public required string Policy { get; init; }

    /// <summary>The file of questions; null: made on the spot, which only <c>arith</c> can be.</summary>
    public string? Data { get; init; }

    /// <summary>The first so many questions; null: all, or 200 of those that are made.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder of items.jsonl and results.json; null: nothing is written.</summary>
    public string? Output { get; init; }

    /// <summary>Go on after the items that an interrupted run left in <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>One of several parts: its items alone, and no results.json; null: all of it.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>Chat or raw, system prompt.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Answers to each question.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Logits are divided by it; 0: always the likeliest token; null: 0 for one sample, 1 for more.</summary>
    public double? Temperature { get; init; }

    /// <summary>The k of pass@k and majority@k; empty: the powers of 2 up to <see cref="Samples"/>.</summary>
    public IReadOnlyList<int> K { get; init; } = [];

    /// <summary>The most tokens of an answer, its end token included.</summary>
    public int MaxTokens { get; init; } = 512;

    /// <summary>
    /// On a line after each question; empty: nothing; null: nothing for arith and raw, else <see cref="InABox"/>.
    /// </summary>
    public string? Instruction { get; init; }

    /// <summary>With the prompt's tokens, decides every sample.</summary>
    public ulong Seed { get; init; }

    /// <summary>Who checks the reasoning behind right answers, for CoT-Pass@K; null: nobody.</summary>
    public ReasoningCheckSettings? Reasoning { get; init; }
}
