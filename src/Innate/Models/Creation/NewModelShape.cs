namespace Innate.Models.Creation;

/// <summary>A model to be made: its shape, its seed, its tokenizer.</summary>
public record NewModelShape
{
    /// <summary>The family's <c>model_type</c>.</summary>
    public string Family { get; init; } = "llama";

    /// <summary>Width of the residual stream.</summary>
    public int Hidden { get; init; }

    /// <summary>Decoder layers.</summary>
    public int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public int Heads { get; init; }

    /// <summary>Key and value heads: a divisor of <see cref="Heads"/>.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Width of the MLP, or of one expert.</summary>
    public int Mlp { get; init; }

    /// <summary>Experts of a layer, in a family that has experts; null: 8 there.</summary>
    public int? Experts { get; init; }

    /// <summary>Experts that each token chooses, at most <see cref="Experts"/>; null: 2 in a family that has experts.</summary>
    public int? ExpertsPerToken { get; init; }

    /// <summary>Width of one head, even; null: hidden / heads.</summary>
    public int? HeadDimension { get; init; }

    /// <summary>The longest context, in tokens.</summary>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>Whether the head is the embedding.</summary>
    public bool Tied { get; init; } = true;

    /// <summary>Decides the random weights.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Rows of the embedding: at least the tokenizer's 256 bytes and 3 special tokens. Rows that no token has are left unused.
    /// </summary>
    public int Vocabulary { get; init; } = 272;

    /// <summary>Text on which the tokenizer's merges are trained; null: a token a byte.</summary>
    public string? TokenizerData { get; init; }
}
