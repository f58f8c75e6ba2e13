using Innate.Models;
using Innate.Sessions;

namespace Innate.Runs;

/// <summary>Adapters to be added to a model's weights.</summary>
public sealed record MergeSettings
{
    /// <summary>The model, with its adapters.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>The new folder: must not exist, or be empty.</summary>
    public required string Output { get; init; }
}

/// <summary>Adapters into the weights: a whole Hugging Face folder, which needs no adapters any more.</summary>
/// <param name="settings">Which.</param>
public sealed class MergeRun(MergeSettings settings) : Run<string>
{
    /// <summary>Merges.</summary>
    /// <returns>The new folder's full path.</returns>
    public override string Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        if (settings.Model.Adapter is null) throw new InputException("Adapter", "a folder of adapters", "none");
        WholeFolder.RequireFree(settings.Output);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        using LocalModel whole = LocalModel.LoadMerged(session.Folder, settings.Model);
        WholeFolder.Write(settings.Output, partial =>
        {
            ModelWriter.Write(whole.Decoder, session.Folder, partial);
            MergedConfig.Write(session.Folder, whole.Decoder.Config, partial);
        });
        return Path.GetFullPath(settings.Output);
    }
}
