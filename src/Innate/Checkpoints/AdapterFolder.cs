using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innate.Compute;

namespace Innate.Checkpoints;

/// <summary>
/// Low-rank adapters in PEFT's folder format: adapter_config.json, and adapter_model.safetensors with
/// <c>base_model.model.PATH.lora_A.weight</c> [rank, inputs] and <c>base_model.model.PATH.lora_B.weight</c> [outputs, rank].
/// </summary>
internal static class AdapterFolder
{
    /// <summary>Whether a folder holds an adapter rather than a whole model.</summary>
    /// <param name="folder">Any path.</param>
    public static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, AdapterConfigFile.Name));

    /// <summary>Reads an adapter's settings.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="InputException">
    /// The file is missing or malformed, or asks for what is not supported: layers that are repeated, single tokens that learned,
    /// a changed base model, another kind of adapter.
    /// </exception>
    public static AdapterConfig ReadConfig(string folder)
    {
        string file = Path.Combine(folder, AdapterConfigFile.Name);
        if (!File.Exists(file)) throw new InputException($"{folder}: has no {AdapterConfigFile.Name}.");
        return AdapterConfigFile.Read(file);
    }

    /// <summary>Reads an adapter; matrices of float16 and bfloat16 are widened.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="InputException">
    /// As for <see cref="ReadConfig"/>; or a tensor is missing, unknown, of the wrong shape, or not finite.
    /// </exception>
    public static Adapter Open(string folder)
    {
        AdapterFile file = AdapterFile.Open(folder);
        return new Adapter(file.Config, [.. file.Modules.Select(file.Read)]);
    }

    /// <summary>
    /// Writes an adapter as float32. The folder appears when it is whole; one that holds nothing but an adapter is replaced.
    /// </summary>
    /// <param name="folder">Where.</param>
    /// <param name="config">The settings; <see cref="AdapterConfig.AllLinear"/> is written as the modules that there are.</param>
    /// <param name="modules">The matrices, at least one module.</param>
    /// <param name="saved">
    /// Tensors of the model's own head, which learned too, under their names in a checkpoint; null: none.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A module that is not targeted or given twice, or lengths that do not fit the shapes.
    /// </exception>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(
        string folder, AdapterConfig config, IReadOnlyList<AdapterTensor> modules, IReadOnlyList<HeadTensor>? saved = null)
    {
        Check(config, modules);
        IEnumerable<string> targets = config.TargetModules is [AdapterConfig.AllLinear]
            ? modules.Select(m => m.ModulePath[(m.ModulePath.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal)
            : config.TargetModules;
        WholeFolder.Write(
            folder,
            partial =>
            {
                File.WriteAllBytes(Path.Combine(partial, AdapterConfigFile.Name), AdapterConfigFile.Bytes(config, targets));
                using SafetensorsWriter writer = SafetensorsWriter.Create(
                    Path.Combine(partial, AdapterFile.WeightsName),
                    [.. modules.SelectMany(m => new[]
                    {
                        new TensorDeclaration(NameA(m.ModulePath), ElementType.Float32, [config.Rank, m.Inputs]),
                        new TensorDeclaration(NameB(m.ModulePath), ElementType.Float32, [m.Outputs, config.Rank]),
                    }), .. (saved ?? []).Select(t => new TensorDeclaration(Saved(t), t.Type, t.Shape))]);
                foreach (AdapterTensor m in modules)
                {
                    writer.Write(NameA(m.ModulePath), LittleEndian(m.A));
                    writer.Write(NameB(m.ModulePath), LittleEndian(m.B));
                }

                foreach (HeadTensor t in saved ?? []) writer.Write(Saved(t), t.Bytes);

                writer.Complete();
            },
            AdapterConfigFile.Name,
            AdapterFile.WeightsName);
    }

    private static string Saved(HeadTensor tensor) => AdapterTensorName.Prefix + tensor.Name;

    private static string NameA(string path) => AdapterTensorName.Of(path, AdapterPart.A);

    private static string NameB(string path) => AdapterTensorName.Of(path, AdapterPart.B);

    private static void Check(AdapterConfig config, IReadOnlyList<AdapterTensor> modules)
    {
        if (modules.Count == 0) throw new ArgumentException("an adapter has at least one module", nameof(modules));
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (AdapterTensor m in modules)
        {
            if (!seen.Add(m.ModulePath)) throw new ArgumentException($"module '{m.ModulePath}' is given twice", nameof(modules));
            if (!config.Targets(m.ModulePath))
            {
                throw new ArgumentException($"module '{m.ModulePath}' is none of the target modules", nameof(modules));
            }

            if (m.A.LongLength != (long)config.Rank * m.Inputs || m.B.LongLength != (long)config.Rank * m.Outputs)
            {
                throw new ArgumentException(
                    $"module '{m.ModulePath}': expected {config.Rank} x {m.Inputs} and {m.Outputs} x {config.Rank} numbers, "
                    + $"found {m.A.LongLength} and {m.B.LongLength}",
                    nameof(modules));
            }
        }
    }

    private static ReadOnlySpan<byte> LittleEndian(float[] values)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.AsBytes(values.AsSpan());
        byte[] bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        }

        return bytes;
    }
}
