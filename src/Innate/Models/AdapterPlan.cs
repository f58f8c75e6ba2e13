using Innate.Checkpoints;
using Innate.Text;

namespace Innate.Models;

/// <summary>
/// What an adapter makes of a model, known before any weight is read: that the two fit each other both ways, which tensors are
/// replaced, whether the head still is the embedding, whether there is a score head.
/// </summary>
/// <remarks>
/// A tied head is what transformers and PEFT compute with: the two share the model's own weights, and what is done to one alone
/// (an adapter, a saved copy) does not reach the other. Where <c>ensure_weight_tying</c> is set, what was done to the embedding
/// reaches the head.
/// </remarks>
internal sealed class AdapterPlan
{
    private const string Embedding = "model.embed_tokens", Head = "lm_head", Score = "score";

    private readonly AdapterFile _file;
    private readonly bool _unties;

    private AdapterPlan(AdapterFile file, ModelConfig config, bool unties) => (_file, Config, _unties) = (file, config, unties);

    /// <summary>The adapted model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>A model's shape with its adapter's changes; reads no weights.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="adapter">The adapter's folder; null: none.</param>
    /// <exception cref="InputException">A file cannot be used, or the two do not fit.</exception>
    public static ModelConfig ReadConfig(string folder, string? adapter)
    {
        ModelConfig config = ModelConfigReader.Read(folder);
        return adapter is null ? config : Of(AdapterFile.Open(adapter), config).Config;
    }

    /// <summary>Checks an adapter against a model.</summary>
    /// <param name="file">The adapter.</param>
    /// <param name="config">The model's shape without it.</param>
    /// <exception cref="InputException">A module or a tensor is another than the model's, or is missing.</exception>
    public static AdapterPlan Of(AdapterFile file, ModelConfig config)
    {
        bool scores = file.Saved.Any(s => s.Path == Score);
        bool asks = file.Config.Task != AdapterTask.Language || file.Modules.Any(m => m.Path == Score);
        if (!config.IsClassifier && !scores && asks)
        {
            throw new InputException(
                $"{file.File}: tensor '{AdapterTensorName.Prefix}{Score}.weight': expected the score head that an adapter of a "
                + "classifier brings to a language model, found nothing.");
        }

        if (!config.IsClassifier && scores)
        {
            config = config with
            {
                IsClassifier = true, JudgesSteps = file.Config.Task == AdapterTask.Steps, StepSplit = SplitOf(file),
            };
        }

        Dictionary<string, IReadOnlyList<long>> shapes = Shapes(config);
        foreach (AdapterModule module in file.Modules) RequireFits(file, module, shapes);
        foreach (SavedTensor saved in file.Saved) RequireFits(file, saved, shapes, config);
        bool unties = Unties(file, config);
        RequireAll(file, shapes, config.TiedEmbeddings && file.Config.KeepsTies);
        return new AdapterPlan(file, unties ? config with { TiedEmbeddings = false } : config, unties);
    }

    /// <summary>Puts the saved tensors in the place of the model's.</summary>
    public void Overlay(Checkpoint checkpoint)
    {
        checkpoint.Overlay(_file.File, _file.Saved.Where(s => s.IsBase).Select(s => s.Tensor));
        bool hasHead = _file.Saved.Any(s => s.Path == Head);
        if (_unties && !hasHead) checkpoint.Alias($"{Embedding}.weight", $"{Head}.weight");
        checkpoint.Overlay(_file.File, _file.Saved.Where(s => !s.IsBase).Select(s => s.Tensor));
    }

    /// <summary>The low-rank change of embedding or head, which goes into its weight; null: none.</summary>
    /// <param name="tensor">The weight's name in a checkpoint.</param>
    public LowRankRows? Folded(string tensor) =>
        _file.Modules.FirstOrDefault(m => IsFolded(m.Path) && $"{m.Path}.weight" == tensor) is { } module
            ? new LowRankRows(_file.Read(module), _file.Config.ScaleOf(module.Path), _file.File)
            : null;

    /// <summary>A tensor that changes weights as they are read, and cannot be put beside a loaded model's; null: none.</summary>
    /// <param name="file">The adapter.</param>
    /// <param name="hasScoreHead">Whether the loaded model has a score head, whose values can be replaced.</param>
    public static string? NotBeside(AdapterFile file, bool hasScoreHead) => file.Saved
        .Where(s => !(hasScoreHead && s.Path == Score)).Select(s => s.Tensor.Name)
        .Concat(file.Modules.Where(m => IsFolded(m.Path)).Select(m => $"{m.Path}.weight")).FirstOrDefault();

    // A change of embedding or head goes into its weight when that is read, not beside it.
    private static bool IsFolded(string path) => path is Embedding or Head or Score;

    private static Dictionary<string, IReadOnlyList<long>> Shapes(ModelConfig config)
    {
        Dictionary<string, IReadOnlyList<long>> shapes = ModelTensors
            .Apart(config with { IsClassifier = false, TiedEmbeddings = false })
            .ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal);
        if (!config.IsClassifier) return shapes;
        shapes.Remove($"{Head}.weight");
        shapes.Add(FreshHead.Weight, [config.LabelCount, config.HiddenSize]);
        if (config.JudgesSteps) shapes.Add(FreshHead.Bias, [config.LabelCount]);
        return shapes;
    }

    private static void RequireFits(AdapterFile file, AdapterModule module, Dictionary<string, IReadOnlyList<long>> shapes)
    {
        string place = $"{file.Folder}: {AdapterFile.WeightsName}: module '{module.Path}'";
        if (shapes.GetValueOrDefault($"{module.Path}.weight") is not [var outputs, var inputs])
        {
            throw new InputException($"{place}: expected a linear map of the model, found none of that name.");
        }

        if (module.IsEmbedding != (module.Path == Embedding))
        {
            throw new InputException(module.IsEmbedding
                ? $"{place}: expected lora_A and lora_B, as of a linear map, found an embedding's."
                : $"{place}: expected lora_embedding_A and lora_embedding_B, found a linear map's.");
        }

        if (module.Inputs != inputs || module.Outputs != outputs)
        {
            throw new InputException(
                $"{place}: expected {inputs} inputs and {outputs} outputs, found {module.Inputs} and {module.Outputs}.");
        }
    }

    private static void RequireFits(
        AdapterFile file, SavedTensor saved, Dictionary<string, IReadOnlyList<long>> shapes, ModelConfig config)
    {
        string place = $"{file.File}: tensor '{saved.Tensor.Name}'", found = SafetensorsTypes.Text(saved.Tensor.Shape);
        if (!shapes.TryGetValue(saved.Tensor.Name, out IReadOnlyList<long>? shape))
        {
            // A classifier's base may bring its language head along.
            if (config.IsClassifier && saved is { Path: Head, IsBase: true }) return;
            throw new InputException($"{place}: expected a tensor of the model, found none of that name there.");
        }

        if (shape.SequenceEqual(saved.Tensor.Shape)) return;
        string expected = SafetensorsTypes.Text(shape);
        throw new InputException(saved.Path switch
        {
            Score when !config.JudgesSteps => $"{place}: expected shape {expected}, one label: a reward, found {found}.",
            Embedding or Head when saved.Tensor.Shape is [_, var width] && width == shape[1] =>
                $"{place}: expected {shape[0]} rows, as the model has, found {saved.Tensor.Shape[0]} (a resized vocabulary: "
                + "resize the model first and save it whole).",
            _ => $"{place}: expected shape {expected}, found {found}.",
        });
    }

    /// <summary>Whether a tied head parts from its embedding.</summary>
    private static bool Unties(AdapterFile file, ModelConfig config)
    {
        if (!config.TiedEmbeddings || config.IsClassifier) return false;
        bool IsChanged(string path) =>
            file.Modules.Any(m => m.Path == path) || file.Saved.Any(s => s.Path == path && !s.IsBase);
        bool embedding = IsChanged(Embedding), head = IsChanged(Head);
        if (head && !embedding && file.Config.KeepsTies)
        {
            throw new InputException(
                $"{file.File}: expected tensors of '{Embedding}' beside those of '{Head}', since ensure_weight_tying is true and "
                + "the model's head is its embedding, found none.");
        }

        return head || (embedding && !file.Config.KeepsTies);
    }

    /// <summary>What the config targets and the model has must be in the file.</summary>
    private static void RequireAll(AdapterFile file, Dictionary<string, IReadOnlyList<long>> shapes, bool headFollows)
    {
        HashSet<string> adapted = [.. file.Modules.Select(m => m.Path)];
        HashSet<string> saved = [.. file.Saved.Where(s => !s.IsBase).Select(s => s.Tensor.Name)];
        foreach ((string name, IReadOnlyList<long> shape) in shapes.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            string path = name[..name.LastIndexOf('.')];
            bool isBias = name.EndsWith(".bias", StringComparison.Ordinal);
            if (headFollows && path == Head) continue;
            string? key = saved.Contains(name) ? null
                : AdapterTargets.EndsWithAny(path, file.Config.ModulesToSave) ? "modules_to_save"
                : isBias && file.Config.Bias == AdapterBias.All ? "bias"
                : !isBias && shape.Count == 2 && !adapted.Contains(path) && file.Config.Targets(path) ? "target_modules"
                : null;
            if (key is null) continue;
            string missing = key == "target_modules" ? $"{path}.lora_A.weight" : name;
            throw new InputException(
                $"{file.File}: tensor '{AdapterTensorName.Prefix}{missing}': expected a tensor, since {key} of "
                + $"{AdapterConfigFile.Name} names '{path}', found nothing.");
        }
    }

    private static StepSplit SplitOf(AdapterFile file) => file.Config.StepSplit is not { } name ? default
        : StepText.Find(name) ?? throw new InputException(
            $"{file.File}: its adapter_config.json: step_split: expected {string.Join(", ", StepText.Names)}, found '{name}'.");
}
