using Innate.Compute;
using Innate.Text.Tokenization;

namespace Innate.Models.Creation;

/// <summary>The shape of a model to be made. <see cref="Problems"/> says what of it cannot be.</summary>
public sealed record NewModelOptions
{
    private const int MaxSize = 1 << 22;
    private const int MaxLayers = 4096;

    /// <summary>The families by their <c>model_type</c>.</summary>
    public static IReadOnlyList<string> Families { get; } =
        ["llama", "mistral", "qwen2", "qwen3", "olmo2", "phi3", "gemma2", "gemma3_text"];

    /// <summary>The family's <c>model_type</c>, one of <see cref="Families"/>.</summary>
    public string Family { get; init; } = "llama";

    /// <summary>Width of the residual stream.</summary>
    public int Hidden { get; init; }

    /// <summary>Decoder layers.</summary>
    public int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public int Heads { get; init; }

    /// <summary>Key and value heads: a divisor of <see cref="Heads"/>.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Width of the MLP.</summary>
    public int Mlp { get; init; }

    /// <summary>Width of one head, even; null: hidden / heads.</summary>
    public int? HeadDimension { get; init; }

    /// <summary>The longest context, in tokens.</summary>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>Whether the head is the embedding.</summary>
    public bool Tied { get; init; } = true;

    /// <summary>How weights are stored: float32 or bfloat16.</summary>
    public ElementType Type { get; init; } = ElementType.Float32;

    /// <summary>Decides the random weights.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Rows of the embedding: at least the tokenizer's 256 bytes and 3 special tokens. Rows that no token has are left unused.
    /// </summary>
    public int Vocabulary { get; init; } = 272;

    /// <summary>Text on which the tokenizer's merges are trained; null: a token a byte.</summary>
    public string? TokenizerData { get; init; }

    /// <summary>
    /// Everything that is out of range, each named by its option of <c>innate new-model</c>; empty: a model of this shape can be
    /// made.
    /// </summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (!Families.Contains(Family))
        {
            problems.Add($"--family: expected one of {string.Join(", ", Families)}, found '{Family}'");
        }

        Size("--hidden", Hidden, MaxSize);
        Size("--layers", Layers, MaxLayers);
        Size("--heads", Heads, MaxSize);
        Size("--kv-heads", KeyValueHeads, MaxSize);
        Size("--mlp", Mlp, MaxSize);
        Size("--max-positions", MaxPositions, int.MaxValue);
        if (Vocabulary is < NewTokenizer.SmallestVocabulary or > MaxSize)
        {
            problems.Add(
                $"--vocabulary: expected {NewTokenizer.SmallestVocabulary} (256 bytes and 3 special tokens) to {MaxSize}, "
                + $"found {Vocabulary}");
        }

        if (Heads >= 1 && KeyValueHeads >= 1 && Heads % KeyValueHeads != 0)
        {
            problems.Add($"--kv-heads: expected a divisor of --heads {Heads}, found {KeyValueHeads}");
        }

        CheckHeadDimension(problems);
        if (Type is not (ElementType.Float32 or ElementType.BFloat16))
        {
            problems.Add($"--dtype: expected f32 or bf16, found {Type}");
        }

        return problems;

        void Size(string option, int value, int max)
        {
            if (value < 1 || value > max) problems.Add($"{option}: expected 1 to {max}, found {value}");
        }
    }

    private void CheckHeadDimension(List<string> problems)
    {
        if (HeadDimension is int given)
        {
            if (given < 2 || given % 2 != 0) problems.Add($"--head-dim: expected an even number of at least 2, found {given}");
            else if (Heads >= 1 && (long)given * Heads > MaxSize)
            {
                problems.Add($"--head-dim: expected at most {MaxSize} for all {Heads} heads together, found {given}");
            }
        }
        else if (Hidden >= 1 && Heads >= 1)
        {
            if (Hidden % Heads != 0 || Hidden / Heads % 2 != 0)
            {
                problems.Add($"--hidden: expected an even multiple of --heads {Heads} without --head-dim, found {Hidden}");
            }
        }
    }
}
