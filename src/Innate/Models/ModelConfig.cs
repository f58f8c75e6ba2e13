using Innate.Compute;
using Innate.Layers;
using Innate.Text;

namespace Innate.Models;

/// <summary>The decoder families that Innate runs; one name for each <c>model_type</c> of a Hugging Face config.json.</summary>
public enum ModelFamily
{
    /// <summary>llama: pre-norm, grouped-query attention, SwiGLU.</summary>
    Llama,

    /// <summary>mistral: llama with a sliding window on every layer.</summary>
    Mistral,

    /// <summary>qwen2: llama with biases on the query, key and value projections.</summary>
    Qwen2,

    /// <summary>qwen3: llama with an rms-norm on each query and key head.</summary>
    Qwen3,

    /// <summary>olmo2: norms after attention and MLP only, and over the whole query and key vectors.</summary>
    Olmo2,

    /// <summary>phi3: llama with fused query-key-value and gate-up projections.</summary>
    Phi3,

    /// <summary>gemma2: sandwich norms, soft-capped logits, alternating windows.</summary>
    Gemma2,

    /// <summary>gemma3_text: sandwich norms, query-key norms, two rope bases.</summary>
    Gemma3Text,

    /// <summary>smollm3: llama with layers that have no rotary embedding.</summary>
    SmolLM3,

    /// <summary>granite: llama with multipliers on embedding, attention scores, residual and logits.</summary>
    Granite,

    /// <summary>mixtral: mistral with experts in the MLP's place.</summary>
    Mixtral,

    /// <summary>qwen3_moe: qwen3 with experts in the MLP's place in most layers.</summary>
    Qwen3Moe,

    /// <summary>gpt_oss: experts with biases and a clamped gate, attention sinks, alternating windows.</summary>
    GptOss,
}

/// <summary>Where a decoder layer normalises.</summary>
public enum NormPlacement
{
    /// <summary>Before attention and before the MLP (llama).</summary>
    Before,

    /// <summary>After attention and after the MLP, before the residual is added (olmo2).</summary>
    After,

    /// <summary>Both before and after (gemma2, gemma3).</summary>
    Sandwich,
}

/// <summary>What is normalised of queries and keys before the rotary embedding.</summary>
public enum QueryKeyNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each head's vector on its own (qwen3, gemma3).</summary>
    PerHead,

    /// <summary>The whole projected vector, all heads together (olmo2).</summary>
    AllHeads,
}

/// <summary>What one layer's attention may see, and with which rotary embedding.</summary>
/// <param name="Window">A query at position p sees keys p-Window+1..p; null: all keys 0..p.</param>
/// <param name="Rope">The rotary embedding of this layer; null: none.</param>
public sealed record LayerAttention(int? Window, RopeConfig? Rope);

/// <summary>
/// A checkpoint's config.json, resolved: every number that the decoder needs, no family left to look up. Read by
/// <c>ModelConfigReader</c>, which refuses what it does not map.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The family.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>K: rows of the embedding and of the head.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the MLP, in layers that have no experts.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>The experts that some layers have in the MLP's place; null: none has.</summary>
    public ExpertsConfig? Experts { get; init; }

    /// <summary>Query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of one head; even.</summary>
    public required int HeadDimension { get; init; }

    /// <summary>The longest context in tokens, <c>max_position_embeddings</c>.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Added to the mean square in every rms-norm.</summary>
    public required float RmsNormEpsilon { get; init; }

    /// <summary>Added to every rms-norm weight: 1 for the gemmas, which store weight - 1; else 0.</summary>
    public float RmsNormWeightOffset { get; init; }

    /// <summary>The MLP's gate.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Where the layers normalise.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Before;

    /// <summary>Norms on queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; } = QueryKeyNorm.None;

    /// <summary>Whether the query, key and value projections have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the MLP's projections have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether query, key and value projections, and gate and up, are stored fused (phi3).</summary>
    public bool FusedProjections { get; init; }

    /// <summary>Whether the head is the embedding matrix.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>What token embeddings are multiplied by (gemma: sqrt(hidden); granite states it); else 1.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>What attention and MLP are multiplied by before they are added to the stream (granite); else 1.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>What logits are multiplied by, before any cap (granite: 1 / logits_scaling); else 1.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>What q.k is multiplied by before the softmax.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>cap * tanh(score / cap) on attention scores, where set.</summary>
    public float? AttentionSoftCap { get; init; }

    /// <summary>Whether each head has a learned score that takes its share of every softmax (gpt_oss).</summary>
    public bool HasAttentionSinks { get; init; }

    /// <summary>cap * tanh(logit / cap) on the logits, where set.</summary>
    public float? LogitSoftCap { get; init; }

    /// <summary>One entry a layer.</summary>
    public required IReadOnlyList<LayerAttention> Layers { get; init; }

    /// <summary>True for <c>...ForSequenceClassification</c> with one label: a trained reward model.</summary>
    public bool IsClassifier { get; init; }

    /// <summary>
    /// True for <c>...ForTokenClassification</c> with two labels: a trained process reward model, which is a classifier too.
    /// </summary>
    internal bool JudgesSteps { get; init; }

    /// <summary>Where such a head wants responses cut: <c>step_split</c>, a key of our own.</summary>
    internal StepSplit StepSplit { get; init; }

    /// <summary>What stands at the end of the decoder.</summary>
    internal HeadKind Head => !IsClassifier ? HeadKind.Language : JudgesSteps ? HeadKind.Steps : HeadKind.Score;

    /// <summary>Rows of a classifier's head.</summary>
    internal int LabelCount => JudgesSteps ? 2 : 1;

    /// <summary>The element type that the config states (<c>torch_dtype</c> or <c>dtype</c>), where it does.</summary>
    public ElementType? StatedElementType { get; init; }

    /// <summary><c>bos_token_id</c>, where given.</summary>
    public int? BeginningOfSequenceId { get; init; }

    /// <summary><c>eos_token_id</c>: one id or several; empty where not given.</summary>
    public IReadOnlyList<int> EndOfSequenceIds { get; init; } = [];

    /// <summary>
    /// The id that fills batches: a trained reward model is read at the last id that is another; null: none is stated.
    /// </summary>
    public int? PaddingId { get; init; }

    /// <summary>The layer count.</summary>
    public int LayerCount => Layers.Count;
}
