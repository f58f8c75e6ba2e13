using Innate.Compute;
using Innate.Models.Creation;

namespace Innate.Runs;

/// <summary>The shape of a model to be made, and where.</summary>
public sealed record NewModelSettings
{
    /// <summary>The new folder: must not exist, or be empty.</summary>
    public required string Output { get; init; }

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

    /// <summary>Width of the MLP.</summary>
    public int Mlp { get; init; }

    /// <summary>Width of one head, even; null: hidden / heads.</summary>
    public int? HeadDimension { get; init; }

    /// <summary>The longest context, in tokens.</summary>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>Whether the head is the embedding.</summary>
    public bool Tied { get; init; } = true;

    /// <summary>How weights are stored: <c>f32</c> or <c>bf16</c>.</summary>
    public string Type { get; init; } = "f32";

    /// <summary>Decides the random weights.</summary>
    public ulong Seed { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public int Vocabulary { get; init; } = 272;

    /// <summary>Text on which the tokenizer's merges are trained; null: a token a byte.</summary>
    public string? TokenizerData { get; init; }

    /// <summary>The families by their <c>model_type</c>.</summary>
    public static IReadOnlyList<string> Families => NewModelOptions.Families;
}

/// <summary>A model that was made.</summary>
/// <param name="Folder">Its full path.</param>
/// <param name="Parameters">Numbers in its weights.</param>
/// <param name="Tokens">Tokens of its tokenizer.</param>
/// <param name="Vocabulary">Rows of its embedding.</param>
public sealed record CreatedModel(string Folder, long Parameters, int Tokens, int Vocabulary);

/// <summary>A fresh checkpoint with random weights. The same settings give the same bytes on any machine.</summary>
/// <param name="settings">The shape.</param>
public sealed class NewModelRun(NewModelSettings settings) : Run<CreatedModel>
{
    /// <inheritdoc/>
    public override CreatedModel Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        NewModelOptions options = new()
        {
            Family = settings.Family,
            Hidden = settings.Hidden,
            Layers = settings.Layers,
            Heads = settings.Heads,
            KeyValueHeads = settings.KeyValueHeads,
            Mlp = settings.Mlp,
            HeadDimension = settings.HeadDimension,
            MaxPositions = settings.MaxPositions,
            Tied = settings.Tied,
            Type = settings.Type switch
            {
                "f32" => ElementType.Float32,
                "bf16" => ElementType.BFloat16,
                _ => throw new InputException(nameof(settings.Type), "f32 or bf16", $"'{settings.Type}'"),
            },
            Seed = settings.Seed,
            Vocabulary = settings.Vocabulary,
            TokenizerData = settings.TokenizerData,
        };
        NewModelResult made = NewModel.Create(options, settings.Output, cancellation);
        return new CreatedModel(Path.GetFullPath(settings.Output), made.Parameters, made.Tokens, made.Config.VocabularySize);
    }
}
