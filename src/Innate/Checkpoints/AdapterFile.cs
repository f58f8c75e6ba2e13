using Innate.Compute;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>One adapted module, as the file's header tells of it.</summary>
/// <param name="Path">The module, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="Rank">Rows of A.</param>
/// <param name="Inputs">Width of x; of an embedding, the width of its rows.</param>
/// <param name="Outputs">Width of the module's output; of an embedding, its rows.</param>
/// <param name="Tensors">Its tensors.</param>
internal sealed record AdapterModule(
    string Path, int Rank, int Inputs, int Outputs, IReadOnlyDictionary<AdapterPart, TensorInfo> Tensors)
{
    /// <summary>Whether it is looked up by ids, and its matrices are turned round.</summary>
    public bool IsEmbedding => Tensors.ContainsKey(AdapterPart.EmbeddingA);
}

/// <summary>A tensor of the model itself.</summary>
/// <param name="Path">Its module.</param>
/// <param name="IsBase">Whether the embedding or the head is meant as it was before training.</param>
/// <param name="Tensor">Where it lies, under its name in a checkpoint.</param>
internal sealed record SavedTensor(string Path, bool IsBase, TensorInfo Tensor);

/// <summary>
/// An adapter's folder with its header read and its values not: what there is, and that config and file agree in it.
/// </summary>
internal sealed class AdapterFile
{
    /// <summary>The name of the file with the tensors.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    private AdapterFile(
        string folder, string file, AdapterConfig config, IReadOnlyList<AdapterModule> modules,
        IReadOnlyList<SavedTensor> saved) =>
        (Folder, File, Config, Modules, Saved) = (folder, file, config, modules, saved);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file with the tensors, as a full path.</summary>
    public string File { get; }

    /// <summary>The settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>The adapted modules, in the ordinal order of their paths.</summary>
    public IReadOnlyList<AdapterModule> Modules { get; }

    /// <summary>Tensors that take the place of the model's.</summary>
    public IReadOnlyList<SavedTensor> Saved { get; }

    /// <summary>Reads settings and header.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="InputException">
    /// The folder cannot be read; a tensor is missing, unknown, of the wrong shape; or the settings say another thing.
    /// </exception>
    public static AdapterFile Open(string folder)
    {
        AdapterConfig config = AdapterFolder.ReadConfig(folder);
        string file = Path.Combine(folder, WeightsName);
        if (!System.IO.File.Exists(file))
        {
            throw new InputException(System.IO.File.Exists(Path.Combine(folder, "adapter_model.bin"))
                ? $"{folder}: has only pickled weights (adapter_model.bin); they must be converted to {WeightsName} first."
                : $"{folder}: has no {WeightsName}.");
        }

        using SafeFileHandle handle = FileBytes.Open(file);
        Dictionary<string, Dictionary<AdapterPart, TensorInfo>> modules = new(StringComparer.Ordinal);
        Dictionary<string, SavedTensor> saved = new(StringComparer.Ordinal);
        foreach (HeaderEntry entry in SafetensorsHeader.Read(handle, file).Entries) Add(file, config, entry, modules, saved);
        if (modules.Count == 0 && saved.Count == 0) throw new InputException($"{file}: expected tensors, found none.");
        if (modules.Count == 0)
        {
            throw new InputException(
                $"{file}: expected tensors of adapted modules (target_modules is {string.Join(", ", config.TargetModules)}), "
                + "found none.");
        }

        return new AdapterFile(
            folder, Path.GetFullPath(file), config,
            [.. modules.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => Module(file, config, m.Key, m.Value))],
            [.. saved.Values.OrderBy(s => s.Tensor.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Reads one module's values; an embedding's are turned into a linear map's.</summary>
    /// <exception cref="InputException">A value is infinite or not a number.</exception>
    public AdapterTensor Read(AdapterModule module)
    {
        using SafeFileHandle handle = FileBytes.Open(File);
        float[]? Part(AdapterPart part) =>
            module.Tensors.TryGetValue(part, out TensorInfo? tensor) ? Values(handle, tensor) : null;
        (int rank, int inputs, int outputs) = (module.Rank, module.Inputs, module.Outputs);
        return module.IsEmbedding
            ? new AdapterTensor(
                module.Path, inputs, outputs, Turned(Part(AdapterPart.EmbeddingB)!, inputs, rank),
                Turned(Part(AdapterPart.EmbeddingA)!, rank, outputs))
            : new AdapterTensor(module.Path, inputs, outputs, Part(AdapterPart.A)!, Part(AdapterPart.B)!)
            {
                BiasB = Part(AdapterPart.BiasB),
                Magnitude = Part(AdapterPart.Magnitude),
            };
    }

    private static void Add(
        string file, AdapterConfig config, HeaderEntry entry, Dictionary<string, Dictionary<AdapterPart, TensorInfo>> modules,
        Dictionary<string, SavedTensor> saved)
    {
        if (AdapterTensorName.Parse(entry.Name) is not { } name)
        {
            throw new InputException(
                $"{file}: tensor '{entry.Name}': expected a name like {AdapterTensorName.Of("PATH", AdapterPart.A)} or "
                + $"{AdapterTensorName.Of("PATH", AdapterPart.B)}.");
        }

        if (name.Part == AdapterPart.Former) return;
        ElementType type = SafetensorsTypes.Supported(entry.DataType)
            ?? throw new InputException($"{file}: tensor '{entry.Name}' has dtype {entry.DataType}, expected F32, F16 or BF16.");
        TensorInfo tensor = new(
            entry.Name, type, entry.Shape, Path.GetFullPath(file), entry.Begin, entry.End - entry.Begin);
        bool isNew;
        if (name.Part is AdapterPart.Own or AdapterPart.Base)
        {
            string own = $"{name.Path}.{name.Leaf}";
            bool isSaved = config.ModulesToSave.Any(n =>
                AdapterTargets.IsWithin(name.Path, n) || name.Path.EndsWith(n, StringComparison.Ordinal));
            bool isBias = name.Leaf == "bias" && config.Bias != AdapterBias.None;

            // PEFT keeps these two where they are adapted, or the vocabulary was resized.
            bool isKept = name.Path is "model.embed_tokens" or "lm_head" && name.Leaf == "weight";
            bool isMeant = isSaved || isBias || isKept;
            if (!isMeant)
            {
                throw new InputException(
                    $"{file}: tensor '{entry.Name}': expected a module that modules_to_save of {AdapterConfigFile.Name} names "
                    + $"{(name.Leaf == "bias" ? "or a bias that its bias allows " : "")}"
                    + $"({(config.ModulesToSave.Count == 0 ? "none" : string.Join(", ", config.ModulesToSave))}), "
                    + $"found '{name.Path}'.");
            }

            isNew = saved.TryAdd(own, new SavedTensor(name.Path, !isSaved && !isBias, tensor with { Name = own }));
        }
        else
        {
            modules.TryAdd(name.Path, []);
            isNew = modules[name.Path].TryAdd(name.Part, tensor);
        }

        if (!isNew) throw new InputException($"{file}: tensor '{entry.Name}': is there twice, under two names.");
    }

    private static AdapterModule Module(
        string file, AdapterConfig config, string path, Dictionary<AdapterPart, TensorInfo> parts)
    {
        bool isEmbedding = parts.ContainsKey(AdapterPart.EmbeddingA) || parts.ContainsKey(AdapterPart.EmbeddingB);
        (AdapterPart partA, AdapterPart partB) =
            isEmbedding ? (AdapterPart.EmbeddingA, AdapterPart.EmbeddingB) : (AdapterPart.A, AdapterPart.B);

        // What is tied to a targeted module has the same adapter, by whichever name.
        bool follows = config.KeepsTies && path is "lm_head" or "model.embed_tokens";
        if (!config.Targets(path) && !follows)
        {
            throw new InputException(
                $"{file}: tensor '{parts.Values.First().Name}': expected a module that target_modules of "
                + $"{AdapterConfigFile.Name} names ({string.Join(", ", config.TargetModules)}), found '{path}'.");
        }

        int rank = config.RankOf(path);
        (string shapeA, string shapeB) = isEmbedding
            ? ($"[{rank}, vocabulary]", $"[hidden, {rank}]") : ($"[{rank}, inputs]", $"[outputs, {rank}]");
        TensorInfo a = Matrix(partA, shapeA), b = Matrix(partB, shapeB);
        if (a.Shape[0] != rank) throw WrongShape(a, shapeA);
        if (b.Shape[1] != rank) throw WrongShape(b, shapeB);
        Vector(AdapterPart.Magnitude, "use_dora", config.UseDora && !isEmbedding);
        Vector(AdapterPart.BiasB, "lora_bias", config.HasLoraBias && !isEmbedding);
        if (isEmbedding && config.UseDora)
        {
            throw new InputException(
                $"{file}: module '{path}': expected no embedding beside use_dora, whose norms over the whole vocabulary are not "
                + "supported, found one.");
        }

        if (parts.Keys.FirstOrDefault(p => p is AdapterPart.A or AdapterPart.B or AdapterPart.EmbeddingA or AdapterPart.EmbeddingB
            && p != partA && p != partB, partA) is var other && other != partA)
        {
            throw new InputException(
                $"{file}: tensor '{parts[other].Name}': expected a linear map's matrices or an embedding's, found both.");
        }

        return isEmbedding
            ? new AdapterModule(path, rank, (int)b.Shape[0], (int)a.Shape[1], parts)
            : new AdapterModule(path, rank, (int)a.Shape[1], (int)b.Shape[0], parts);

        TensorInfo Matrix(AdapterPart part, string expected)
        {
            string name = AdapterTensorName.Of(path, part);
            if (!parts.TryGetValue(part, out TensorInfo? tensor))
            {
                throw new InputException($"{file}: tensor '{name}': expected a matrix, found nothing.");
            }

            IReadOnlyList<long> shape = tensor.Shape;
            bool isMatrix = shape.Count == 2 && shape.All(n => n >= 1) && shape[0] <= Array.MaxLength / shape[1];
            return isMatrix ? tensor : throw WrongShape(tensor, expected);
        }

        void Vector(AdapterPart part, string key, bool isWanted)
        {
            string name = AdapterTensorName.Of(path, part);
            bool isThere = parts.TryGetValue(part, out TensorInfo? tensor);
            if (isThere != isWanted)
            {
                throw new InputException(isThere
                    ? $"{file}: tensor '{tensor!.Name}': expected nothing, since {key} of {AdapterConfigFile.Name} is not true "
                        + "for it, found it."
                    : $"{file}: tensor '{name}': expected a vector, as {key} of {AdapterConfigFile.Name} says, found nothing.");
            }

            if (isThere && !(tensor!.Shape is [var length] && length == b.Shape[0])) throw WrongShape(tensor!, $"[{b.Shape[0]}]");
        }

        InputException WrongShape(TensorInfo tensor, string expected) => new(
            $"{file}: tensor '{tensor.Name}': expected shape {expected}, found {SafetensorsTypes.Text(tensor.Shape)}.");
    }

    private static float[] Turned(float[] values, int rows, int columns)
    {
        var turned = new float[values.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) turned[(c * rows) + r] = values[(r * columns) + c];
        }

        return turned;
    }

    private static float[] Values(SafeFileHandle handle, TensorInfo tensor)
    {
        float[] values = new float[checked((int)tensor.Count)];
        int size = SafetensorsTypes.Bytes(tensor.Type), chunk = Math.Min(values.Length, 1 << 16);
        byte[] bytes = new byte[chunk * size];
        for (int start = 0; start < values.Length; start += chunk)
        {
            int count = Math.Min(chunk, values.Length - start);
            FileBytes.ReadExactly(handle, tensor.File, tensor.Offset + ((long)start * size), bytes.AsSpan(0, count * size));
            ElementTypes.Widen(bytes.AsSpan(0, count * size), values.AsSpan(start, count), tensor.Type);
        }

        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new InputException($"{tensor.File}: tensor '{tensor.Name}' holds a value that is infinite or not a number.");
    }
}
