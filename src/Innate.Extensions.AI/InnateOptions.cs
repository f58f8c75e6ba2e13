using Innate.Engines;
using Innate.Generation;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Text;

namespace Innate.Extensions.AI;

/// <summary>What <c>AddInnate</c> registers.</summary>
public sealed class InnateOptions
{
    /// <summary>A Hugging Face folder, <c>innate-tiny</c> (the model inside), or a hub name that is in the cache.</summary>
    public string Model { get; set; } = Checkpoints.EmbeddedModel.Name;

    /// <summary>Threads, instruction set, adapters.</summary>
    public LanguageModelOptions Loading { get; set; } = new();

    /// <summary>
    /// A remote engine that computes in the model's place: of <see cref="Model"/> only the tokenizer's files are read. Null:
    /// none.
    /// </summary>
    public EngineSettings? Engine { get; set; }

    /// <summary>How text becomes token ids.</summary>
    public ChatFormatOptions Format { get; set; } = new();

    /// <summary>Which reward; null: the classifier's own for a trained reward model, else endogenous.</summary>
    public RewardKind? Reward { get; set; }

    /// <summary>The reward's parameters.</summary>
    public RewardOptions RewardOptions { get; set; } = new();

    /// <summary>Several rewards in one expression, in the place of <see cref="Reward"/>; null: one reward.</summary>
    public RewardExpression? Expression { get; set; }

    /// <summary>How the chat client draws where <c>ChatOptions</c> says nothing.</summary>
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>Candidates of which the chat client answers with the best by the reward; 1: the first is the answer.</summary>
    public int BestOf { get; set; } = 1;
}
