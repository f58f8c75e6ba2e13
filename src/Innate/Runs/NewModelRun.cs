using Innate.Compute;
using Innate.Models.Creation;

namespace Innate.Runs;

/// <summary>The shape of a model to be made, and where.</summary>
public sealed record NewModelSettings : NewModelShape
{
    /// <summary>The new folder: must not exist, or be empty.</summary>
    public required string Output { get; init; }

    /// <summary>How weights are stored: <c>f32</c> or <c>bf16</c>.</summary>
    public string Type { get; init; } = "f32";

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
        NewModelOptions options = new(settings)
        {
            Type = settings.Type switch
            {
                "f32" => ElementType.Float32,
                "bf16" => ElementType.BFloat16,
                _ => throw new InputException(nameof(settings.Type), "f32 or bf16", $"'{settings.Type}'"),
            },
        };
        NewModelResult made = NewModel.Create(options, settings.Output, cancellation);
        return new CreatedModel(Path.GetFullPath(settings.Output), made.Parameters, made.Tokens, made.Config.VocabularySize);
    }
}
