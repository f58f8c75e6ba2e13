using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Models;
using Innate.Models.Export;
using Innate.Sessions;

namespace Innate.Runs;

/// <summary>A model to be written in another form.</summary>
public sealed record ExportSettings
{
    /// <summary>The model; its adapters go into the weights.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>
    /// A GGUF file, where the name ends with <c>.gguf</c>; else a new Hugging Face folder, which must not exist, or be empty.
    /// </summary>
    public required string Output { get; init; }

    /// <summary>What matrices are rounded to; null: they stay as they are stored.</summary>
    public ElementType? Type { get; init; }
}

/// <summary>A model to a GGUF file, or to a Hugging Face folder of safetensors.</summary>
/// <param name="settings">Which, and to what.</param>
public sealed class ExportRun(ExportSettings settings) : Run<string>
{
    /// <summary>Writes it.</summary>
    /// <returns>The new file's or folder's full path.</returns>
    /// <exception cref="InputException">
    /// A model or a type that the form has no place for; or the output's name is taken.
    /// </exception>
    public override string Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        bool toGguf = settings.Output.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        RequireType(toGguf);
        RequireFree(toGguf);
        settings.Model.RequireExact();
        using ModelSession session = OpenModel(settings.Model, cancellation);
        if (session.Engine is not null) throw new InputException("Model", "a model that runs here", session.Name);
        if (toGguf) ToGguf(session, events, cancellation);
        else ToFolder(session);
        return Path.GetFullPath(settings.Output);
    }

    private void RequireType(bool toGguf)
    {
        if (settings.Type is not { } type) return;
        bool can = toGguf ? GgufTensors.CanWrite(type) : !ElementTypes.IsBlocked(type);
        if (can) return;
        throw new InputException(
            nameof(settings.Type), toGguf
                ? "one of f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1"
                : "one of f32, f16, bf16 for a folder of safetensors ({Output} ends with .gguf for a GGUF file)",
            type.ToString().ToLowerInvariant());
    }

    private void RequireFree(bool toGguf)
    {
        if (!toGguf) WholeFolder.RequireFree(settings.Output);
        else if (Path.Exists(settings.Output))
        {
            throw new InputException(nameof(settings.Output), "a file that does not exist yet", settings.Output);
        }
    }

    private void ToFolder(ModelSession session)
    {
        using LocalModel whole = LocalModel.LoadMerged(session.Folder, settings.Model);
        WholeFolder.Write(settings.Output, partial =>
        {
            ModelWriter.Write(whole.Decoder, session.Folder, partial, settings.Type);
            MergedConfig.Write(session.Folder, whole.Decoder.Config, partial, settings.Type);
        });
    }

    private void ToGguf(ModelSession session, IProgress<RunEvent>? events, CancellationToken cancellation)
    {
        bool isGguf = ModelFiles.IsGguf(session.Folder);
        if (isGguf && settings.Model.Adapter is null)
        {
            // As it lies in the file: nothing is computed with, so every byte that need not change stays.
            GgufFile file = GgufFile.Open(session.Folder);
            IReadOnlyList<GgufOutput> tensors = GgufRetyping.Tensors(file, settings.Type);
            GgufWriter.Write(settings.Output, [.. GgufRetyping.Entries(file), .. TypeEntries(tensors)], tensors, cancellation);
            return;
        }

        ModelConfig config = session.Config!;
        GgufArchitecture architecture = Architecture(session, config);
        using LocalModel whole = settings.Model.Adapter is null
            ? LocalModel.Load(session.Folder, settings.Model)
            : LocalModel.LoadMerged(session.Folder, settings.Model);
        List<GgufOutput> outputs = [.. GgufTensors.Of(whole.Decoder, architecture, settings.Type)];
        outputs.AddRange(GgufDescription.RopeFactors(config, architecture));
        if (architecture.ModelType is ("mistral" or "mixtral" or "phi3") && config.Layers[0].Window is { } window)
        {
            events?.Report(new RunNote(
                $"llama.cpp knows no window in this family: beyond {window} tokens it reads the file as another model."));
        }

        IEnumerable<GgufEntry> entries = isGguf
            ? GgufRetyping.Entries(GgufFile.Open(session.Folder))
            : GgufDescription.Of(config, architecture, session.Name).Concat(GgufTokenizerEntries.Of(session.Folder, config));
        GgufWriter.Write(settings.Output, [.. entries, .. TypeEntries(outputs)], outputs, cancellation);
    }

    private GgufArchitecture Architecture(ModelSession session, ModelConfig config)
    {
        if (config.IsClassifier)
        {
            throw new InputException(
                nameof(settings.Output), "a folder, for GGUF has no place for a score head", settings.Output);
        }

        string type = FamilyDefaults.TypeOf(config.Family);
        return GgufArchitecture.Known.FirstOrDefault(a => a.ModelType == type)
            ?? throw new InputException($"{session.Folder}: GGUF has no architecture for model_type '{type}'.");
    }

    /// <summary>The type that most values have names the file.</summary>
    private static IEnumerable<GgufEntry> TypeEntries(IReadOnlyList<GgufOutput> tensors)
    {
        ElementType most = tensors.GroupBy(t => t.Type).MaxBy(g => g.Sum(t => t.Count))!.Key;
        if (GgufTensors.CanWrite(most)) yield return GgufDescription.FileType(most);
        if (tensors.Any(t => ElementTypes.IsBlocked(t.Type))) yield return GgufEntry.Whole("general.quantization_version", 2);
    }
}
