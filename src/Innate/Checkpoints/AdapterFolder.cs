using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innate.Compute;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>
/// Low-rank adapters in PEFT's folder format: adapter_config.json, and adapter_model.safetensors with
/// <c>base_model.model.PATH.lora_A.weight</c> [rank, inputs] and <c>base_model.model.PATH.lora_B.weight</c> [outputs, rank].
/// </summary>
internal static class AdapterFolder
{
    private const string WeightsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const string SuffixA = ".lora_A.weight";
    private const string SuffixB = ".lora_B.weight";

    /// <summary>Whether a folder holds an adapter rather than a whole model.</summary>
    /// <param name="folder">Any path.</param>
    public static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, AdapterConfigFile.Name));

    /// <summary>Reads an adapter's settings.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="InputException">
    /// The file is missing or malformed, or asks for what is not supported: trained biases, <c>modules_to_save</c>, DoRA,
    /// patterns of ranks or alphas, transposed weights, a regular expression of modules, another kind of adapter.
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
        AdapterConfig config = ReadConfig(folder);
        string file = Path.Combine(folder, WeightsName);
        if (!File.Exists(file))
        {
            throw new InputException(File.Exists(Path.Combine(folder, "adapter_model.bin"))
                ? $"{folder}: has only pickled weights (adapter_model.bin); they must be converted to {WeightsName} first."
                : $"{folder}: has no {WeightsName}.");
        }

        using SafeFileHandle handle = FileBytes.Open(file);
        Dictionary<string, HeaderEntry> entries =
            SafetensorsHeader.Read(handle, file).Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        List<AdapterTensor> modules = [];
        foreach (string path in entries.Keys.Select(name => PathOf(name, file)).Distinct().Order(StringComparer.Ordinal))
        {
            modules.Add(Module(handle, file, entries, path, config));
        }

        return modules.Count > 0
            ? new Adapter(config, modules)
            : throw new InputException($"{file}: expected tensors, found none.");
    }

    /// <summary>
    /// Writes an adapter as float32. The folder appears when it is whole; one that holds nothing but an adapter is replaced.
    /// </summary>
    /// <param name="folder">Where.</param>
    /// <param name="config">The settings; <see cref="AdapterConfig.AllLinear"/> is written as the modules that there are.</param>
    /// <param name="modules">The matrices, at least one module.</param>
    /// <exception cref="ArgumentException">
    /// A module that is not targeted or given twice, or lengths that do not fit the shapes.
    /// </exception>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, AdapterConfig config, IReadOnlyList<AdapterTensor> modules)
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
                    Path.Combine(partial, WeightsName),
                    [.. modules.SelectMany(m => new[]
                    {
                        new TensorDeclaration(NameA(m.ModulePath), ElementType.Float32, [config.Rank, m.Inputs]),
                        new TensorDeclaration(NameB(m.ModulePath), ElementType.Float32, [m.Outputs, config.Rank]),
                    })]);
                foreach (AdapterTensor m in modules)
                {
                    writer.Write(NameA(m.ModulePath), LittleEndian(m.A));
                    writer.Write(NameB(m.ModulePath), LittleEndian(m.B));
                }

                writer.Complete();
            },
            AdapterConfigFile.Name,
            WeightsName);
    }

    private static string NameA(string path) => Prefix + path + SuffixA;

    private static string NameB(string path) => Prefix + path + SuffixB;

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

    private static string PathOf(string name, string file)
    {
        bool known = name.StartsWith(Prefix, StringComparison.Ordinal)
            && (name.EndsWith(SuffixA, StringComparison.Ordinal) || name.EndsWith(SuffixB, StringComparison.Ordinal))
            && name.Length > Prefix.Length + SuffixA.Length;
        return known
            ? name[Prefix.Length..^SuffixA.Length]
            : throw new InputException($"{file}: tensor '{name}': expected a name like {NameA("PATH")} or {NameB("PATH")}.");
    }

    private static AdapterTensor Module(
        SafeFileHandle handle, string file, Dictionary<string, HeaderEntry> entries, string path, AdapterConfig config)
    {
        if (!config.Targets(path))
        {
            throw new InputException(
                $"{file}: tensor '{NameA(path)}': expected a module that target_modules of {AdapterConfigFile.Name} names "
                + $"({string.Join(", ", config.TargetModules)}), found '{path}'.");
        }

        HeaderEntry a = Matrix(NameA(path)), b = Matrix(NameB(path));
        if (a.Shape[0] != config.Rank) throw WrongShape(a, $"[{config.Rank}, inputs]");
        if (b.Shape[1] != config.Rank) throw WrongShape(b, $"[outputs, {config.Rank}]");
        return new AdapterTensor(path, (int)a.Shape[1], (int)b.Shape[0], Values(handle, file, a), Values(handle, file, b));

        HeaderEntry Matrix(string name)
        {
            if (!entries.TryGetValue(name, out HeaderEntry? entry))
            {
                throw new InputException($"{file}: tensor '{name}': expected a matrix, found nothing.");
            }

            long[] shape = entry.Shape;
            bool isMatrix = shape.Length == 2 && shape.All(n => n >= 1) && shape[0] <= Array.MaxLength / shape[1];
            return isMatrix ? entry : throw WrongShape(entry, name.EndsWith(SuffixA, StringComparison.Ordinal)
                ? $"[{config.Rank}, inputs]"
                : $"[outputs, {config.Rank}]");
        }

        InputException WrongShape(HeaderEntry entry, string expected) => new(
            $"{file}: tensor '{entry.Name}': expected shape {expected}, found {SafetensorsTypes.Text(entry.Shape)}.");
    }

    private static float[] Values(SafeFileHandle handle, string file, HeaderEntry entry)
    {
        ElementType type = SafetensorsTypes.Supported(entry.DataType)
            ?? throw new InputException($"{file}: tensor '{entry.Name}' has dtype {entry.DataType}, expected F32, F16 or BF16.");
        float[] values = new float[checked((int)(entry.Shape[0] * entry.Shape[1]))];
        int size = SafetensorsTypes.Bytes(type), chunk = Math.Min(values.Length, 1 << 16);
        byte[] bytes = new byte[chunk * size];
        for (int start = 0; start < values.Length; start += chunk)
        {
            int count = Math.Min(chunk, values.Length - start);
            FileBytes.ReadExactly(handle, file, entry.Begin + ((long)start * size), bytes.AsSpan(0, count * size));
            for (int i = 0; i < count; i++) values[start + i] = Value(bytes.AsSpan(i * size), type);
        }

        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new InputException($"{file}: tensor '{entry.Name}' holds a value that is infinite or not a number.");
    }

    private static float Value(ReadOnlySpan<byte> bytes, ElementType type) => type switch
    {
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        _ => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
    };

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
