using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Checkpoints.Hub;
using Innate.Compute;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Sessions;

/// <summary>
/// A GGUF file that an engine in this process runs. Tokenizer and template are read from the file by this library, as for any
/// model; where it does not know how the file's tokenizer cuts text, the engine does that too. The weights are loaded when they
/// are first asked for.
/// </summary>
internal sealed class InProcessFile : IDisposable
{
    private readonly InProcessEngine _engine;
    private readonly Lazy<ModelFiles> _files;
    private readonly Lazy<Tokenizer?> _known;
    private readonly Lazy<InProcessModel> _model;
    private readonly Lazy<Tokenizer> _tokenizer;

    private InProcessFile(string path, ModelSource source, LlamaCppSettings settings, InProcessEngine engine)
    {
        (Path, _engine) = (path, engine);
        _files = new(() => ModelFiles.OfText(path));
        _known = new(() => Known(_files.Value));
        _model = new(() => Load(source.Threads, settings));
        _tokenizer = new(() => _known.Value ?? _model.Value.Tokenizer());
    }

    /// <summary>The file's full path; of a file in parts, the first part's.</summary>
    public string Path { get; }

    public bool HasTokenizer => _files.Value.Has("tokenizer.json");

    /// <summary>Whether the engine cuts text, for this library does not know the file's way to.</summary>
    public bool TokenizerIsEngines => _known.Value is null;

    public Tokenizer Tokenizer => _tokenizer.Value;

    public ITraceSource Traces => _model.Value.Traces;

    public ITextGenerator Generator => _model.Value.Generator;

    /// <summary>The tokens that end a sequence, a turn or a message.</summary>
    public IReadOnlyList<int> Ends => GgufFolder.OpenText(Path).Ends;

    /// <summary>Finds the file and refuses what llama.cpp has no place for; nothing is loaded.</summary>
    /// <exception cref="InputException">No GGUF file, or settings that do not go with the engine.</exception>
    public static InProcessFile Open(ModelSource source, LlamaCppSettings settings)
    {
        const string NoneBeside = "none beside {LlamaCpp}, which computes in its own way";
        settings.Check();
        if (source.Engine is { } other) throw new InputException(nameof(source.Engine), NoneBeside, $"{other.Address}");
        if (source.Adapter is not null) throw new InputException(nameof(source.Adapter), NoneBeside, source.Adapter);
        if (source.Compute != ComputeMode.Exact) throw new InputException(nameof(source.Compute), NoneBeside, "int8");
        if (source.Threads is < 1 or > ThreadTeam.MaxThreads)
        {
            throw new InputException(nameof(source.Threads), $"1 to {ThreadTeam.MaxThreads}", $"{source.Threads}");
        }

        InProcessEngine engine = source.InProcess ?? InProcessEngine.LlamaCpp ?? throw new InputException(
            nameof(source.LlamaCpp), "the package Innate.LlamaCpp, which runs it, after LlamaCppEngine.Use()", "no such call");
        if (source.Model is null)
        {
            throw new InputException(nameof(source.Model), "a GGUF file, for {LlamaCpp} reads no other", "none");
        }

        string path = ModelFolder.Resolve(source.Model);
        return ModelFiles.IsGguf(path)
            ? new InProcessFile(path, source, settings, engine)
            : throw new InputException($"{path}: expected a GGUF file, which is all that llama.cpp reads, found a folder.");
    }

    /// <summary>The chat template; null: the file has none.</summary>
    public ChatTemplate? Template() => ChatTemplateFolder.Load(_files.Value, TimeProvider.System);

    /// <summary>Whose numbers they are: the file's every byte, and the engine that computes them.</summary>
    public ModelFingerprint Fingerprint(string? reference, string? template, bool raw) =>
        ModelFingerprint.OfFile(Path, reference, _known.Value is null ? null : _files.Value, template, raw)
            with { Engine = _engine.Name() };

    public void Dispose()
    {
        if (_model.IsValueCreated) _model.Value.Close();
    }

    private InProcessModel Load(int? threads, LlamaCppSettings settings)
    {
        InProcessModel model = _engine.Open(Path, settings, threads);
        if (_known.Value is not { } tokenizer || tokenizer.VocabularySize <= model.Traces.VocabularySize) return model;
        model.Close();
        throw new InputException(
            $"{Path}: expected a model with the tokenizer's vocabulary of {tokenizer.VocabularySize}, found one of "
            + $"{model.Traces.VocabularySize}.");
    }

    // Null: the file has none, or one of a kind that only the engine knows.
    private static Tokenizer? Known(ModelFiles files)
    {
        try
        {
            return files.Has("tokenizer.json") ? Tokenizer.Load(files) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
