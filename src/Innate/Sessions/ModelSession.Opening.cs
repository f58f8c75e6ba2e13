using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Compute;
using Innate.Engines;
using Innate.Models;

namespace Innate.Sessions;

/// <summary>How a model is found and opened.</summary>
public sealed partial class ModelSession
{
    /// <summary>Opens a model that runs here; its weights are loaded when they are first asked for.</summary>
    /// <param name="model">A folder, a GGUF file, innate-tiny, or a hub name that is in the cache.</param>
    /// <param name="threads">Null: all cores.</param>
    /// <exception cref="InputException">There is no such model, or the folder holds adapters alone.</exception>
    public static ModelSession Open(string model, int? threads = null) =>
        Open(new ModelSource { Model = model, Threads = threads });

    /// <summary>Opens a model, here or at an engine.</summary>
    /// <param name="source">Which, and how it is run.</param>
    /// <param name="cancellation">Cancels the connection to an engine.</param>
    /// <exception cref="InputException">
    /// There is no such model, the folder holds adapters alone, adapters of a kind that is not supported, or an address that is
    /// no engine's.
    /// </exception>
    /// <exception cref="EngineException">The engine cannot be reached.</exception>
    public static ModelSession Open(ModelSource source, CancellationToken cancellation = default)
    {
        source.RequireCompute();
        if (source.LlamaCpp is { } settings) return new ModelSession(InProcessFile.Open(source, settings));
        if (source.Engine is { } engine) return OpenEngine(source, engine, cancellation);
        if (source.Adapter is { } adapter)
        {
            if (!Directory.Exists(adapter))
            {
                throw new InputException(nameof(source.Adapter), "a folder of adapters", $"no folder {adapter}");
            }

            AdapterFolder.ReadConfig(adapter); // Whether its matrices fit shows when the weights are read.
        }

        string folder = ModelFolder.Resolve(source.Model ?? DefaultModel.For(source.Adapter).Folder);
        if (AdapterFolder.IsAdapter(folder) && !File.Exists(Path.Combine(folder, "config.json")))
        {
            throw new InputException(
                nameof(source.Model), "a whole model, on which {Adapter} puts adapters", $"adapters alone in {folder}");
        }

        return new ModelSession(folder, source);
    }

    private static ModelSession OpenEngine(ModelSource source, EngineSettings engine, CancellationToken cancellation)
    {
        const string NoneBeside = "none beside {Engine}, which runs the model elsewhere";
        if (source.Adapter is not null) throw new InputException(nameof(source.Adapter), NoneBeside, source.Adapter);
        if (source.Compute != ComputeMode.Exact) throw new InputException(nameof(source.Compute), NoneBeside, "int8");
        if (source.Threads is { } threads) throw new InputException(nameof(source.Threads), NoneBeside, $"{threads}");

        string? folder = source.Model is null ? null : ModelFolder.Resolve(source.Model);
        ModelConfig? config = folder is null ? null : ConfigOf(folder);
        return new ModelSession(
            RemoteEngine.Connect(
                engine with { VocabularySize = config?.VocabularySize, Tell = engine.Tell ?? source.Warn }, cancellation),
            folder, config);
    }

    // An engine may run families that do not run here; then its tokenizer and template alone say what ends a response.
    private static ModelConfig? ConfigOf(string folder)
    {
        try
        {
            return ModelFiles.Of(folder).Has("config.json") ? ModelConfigReader.Read(folder) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
