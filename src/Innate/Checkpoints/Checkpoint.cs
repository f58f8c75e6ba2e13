using Innate.Compute;
using Innate.Compute.Memory;
using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>
/// The weights of one Hugging Face folder: <c>model.safetensors</c>, or <c>model.safetensors.index.json</c> and its shards; or
/// of a GGUF file, under the names that such a folder would have.
/// Opening reads the headers only; <see cref="Read"/> copies the bytes asked for, so memory is the caller's to plan. Reads may
/// run on several threads at once.
/// </summary>
public sealed partial class Checkpoint : IDisposable
{
    private const string SingleFileName = "model.safetensors";
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (HeaderEntry Entry, string File)> _unsupported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafeFileHandle> _handles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MappedFile> _maps = new(StringComparer.Ordinal);

    private Checkpoint(string folder) => Folder = folder;

    /// <summary>The folder or the GGUF file, as a full path.</summary>
    public string Folder { get; }

    /// <summary>
    /// The tensors by name. Those of a type that Innate does not compute with (integer buffers, float64, 8-bit floats) are
    /// left out here, and refused by name when asked for.
    /// </summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>The free text pairs of the files' headers; of two files with one key, the first counts.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Opens one safetensors file of any name.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static Checkpoint OpenFile(string file)
    {
        string full = Path.GetFullPath(file);
        if (!File.Exists(full)) throw new InputException($"{file}: expected a safetensors file, found none.");
        Checkpoint checkpoint = new(Path.GetDirectoryName(full)!);
        try
        {
            checkpoint.AddFile(full);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Whether a folder holds safetensors weights.</summary>
    internal static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, SingleFileName)) || File.Exists(Path.Combine(folder, ShardIndex.FileName));

    /// <summary>Opens a folder, or a GGUF file under the names of one, and checks every header in it.</summary>
    /// <exception cref="InputException">The folder has no safetensors weights, or they are damaged.</exception>
    public static Checkpoint Open(string folder)
    {
        if (ModelFiles.IsGguf(folder)) return OpenGguf(folder);
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new InputException($"{folder}: is not a folder; expected one with {SingleFileName}.");
        Checkpoint checkpoint = new(full);
        try
        {
            string single = Path.Combine(full, SingleFileName);
            string index = Path.Combine(full, ShardIndex.FileName);
            if (File.Exists(single)) checkpoint.AddFile(single);
            else if (File.Exists(index)) checkpoint.AddShards(index);
            else throw NoWeights(full);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of this name, checked against the shape that the model needs.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="expectedShape">The sizes it must have; none given: any shape.</param>
    /// <exception cref="InputException">It is missing, or its type or shape is another.</exception>
    public TensorInfo Find(string name, params long[] expectedShape)
    {
        if (!TryFind(name, out TensorInfo? info))
        {
            string expected = expectedShape.Length == 0 ? "" : $" of shape {SafetensorsTypes.Text(expectedShape)}";
            string close = CloseName(name) is string other ? $"; there is '{other}'" : "";
            throw new InputException($"{Folder}: tensor '{name}'{expected} is missing from the weights{close}.");
        }

        if (expectedShape.Length > 0 && !info.Shape.SequenceEqual(expectedShape))
        {
            throw new InputException(
                $"{info.File}: tensor '{name}' has shape {SafetensorsTypes.Text(info.Shape)}, expected "
                + $"{SafetensorsTypes.Text(expectedShape)}.");
        }

        return info;
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    /// <exception cref="InputException">There is one, of a type that Innate does not compute with.</exception>
    public bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorInfo? info)
    {
        // Not false: a caller would take a weight that is there for one that is tied or optional.
        if (_unsupported.TryGetValue(name, out var refused))
        {
            throw new InputException(
                $"{refused.File}: tensor '{name}' has dtype {refused.Entry.DataType}, expected F32, F16 or BF16.");
        }

        return _tensors.TryGetValue(name, out info);
    }

    /// <summary>Whether there is a tensor of bytes (U8) of this name.</summary>
    internal bool HasBytes(string name) =>
        _unsupported.TryGetValue(name, out var tensor) && tensor.Entry.DataType == "U8";

    /// <summary>The tensors of bytes (U8) by name, with their lengths.</summary>
    internal IEnumerable<(string Name, long Length)> ByteTensors => _unsupported.Values
        .Where(t => t.Entry.DataType == "U8").Select(t => (t.Entry.Name, t.Entry.End - t.Entry.Begin));

    /// <summary>A tensor of bytes (U8): the blocks of MXFP4, or their scales.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="expectedShape">The sizes it must have.</param>
    /// <exception cref="InputException">It is missing, or its type or shape is another.</exception>
    internal TensorInfo FindBytes(string name, params long[] expectedShape)
    {
        if (!HasBytes(name)) throw new InputException($"{Folder}: tensor '{name}' of bytes (U8) is missing from the weights.");
        (HeaderEntry entry, string file) = _unsupported[name];
        return entry.Shape.SequenceEqual(expectedShape)
            ? new TensorInfo(name, ElementType.MXFP4, entry.Shape, file, entry.Begin, entry.End - entry.Begin)
            : throw new InputException(
                $"{file}: tensor '{name}' has shape {SafetensorsTypes.Text(entry.Shape)}, expected "
                + $"{SafetensorsTypes.Text(expectedShape)}.");
    }

    /// <summary>Puts tensors of another file in the place of those of their names, or beside them.</summary>
    /// <param name="file">The full path of a safetensors file.</param>
    /// <param name="tensors">What lies in it.</param>
    internal void Overlay(string file, IEnumerable<TensorInfo> tensors)
    {
        if (!_handles.ContainsKey(file)) _handles.Add(file, FileBytes.Open(file));
        foreach (TensorInfo tensor in tensors)
        {
            _unsupported.Remove(tensor.Name);
            _tensors[tensor.Name] = tensor;
        }
    }

    /// <summary>Lets a tensor be known by a second name, which keeps it where the first is given to another.</summary>
    internal void Alias(string name, string second) => _tensors[second] = Find(name) with { Name = second };

    /// <summary>Copies bytes of a tensor.</summary>
    /// <param name="tensor">A tensor of this checkpoint.</param>
    /// <param name="byteOffset">Where to start, in bytes from the tensor's first.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    /// <exception cref="InputException">The file has become shorter since it was opened, or cannot be read.</exception>
    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteOffset, tensor.Length - destination.Length);
        if (!_handles.TryGetValue(tensor.File, out SafeFileHandle? handle))
        {
            throw new ArgumentException($"tensor '{tensor.Name}' lies in {tensor.File}, which is not open here", nameof(tensor));
        }

        if (tensor.PairedHead == 0)
        {
            FileBytes.ReadExactly(handle, tensor.File, tensor.Offset + byteOffset, destination);
            return;
        }

        // Rows that the file has in another order are read one by one.
        int rowBytes = checked((int)(tensor.Length / tensor.Shape[0]));
        while (destination.Length > 0)
        {
            (long row, long within) = Math.DivRem(byteOffset, rowBytes);
            int count = (int)Math.Min(rowBytes - within, destination.Length);
            long stored = BlockRows.StoredRow(checked((int)row), tensor.PairedHead);
            FileBytes.ReadExactly(
                handle, tensor.File, tensor.Offset + (stored * rowBytes) + within, destination[..count]);
            byteOffset += count;
            destination = destination[count..];
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles.Values) handle.Dispose();
        foreach (MappedFile map in _maps.Values) map.Dispose();
    }

    private static InputException NoWeights(string folder)
    {
        bool pickled = File.Exists(Path.Combine(folder, "pytorch_model.bin"))
            || File.Exists(Path.Combine(folder, "pytorch_model.bin.index.json"));
        return new InputException(pickled
            ? $"{folder}: has only pickled weights (pytorch_model.bin); they must be converted to {SingleFileName} first."
            : $"{folder}: has neither {SingleFileName} nor {ShardIndex.FileName}.");
    }

    private void AddShards(string index)
    {
        Dictionary<string, string> map = ShardIndex.Read(index);
        foreach (string shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(Folder, shard);
            if (!FileBytes.Exists(file))
            {
                throw new InputException($"{index}: weight_map names the shard '{shard}', which is missing.");
            }

            AddFile(file);
        }

        foreach (var (name, shard) in map)
        {
            string? file = _tensors.TryGetValue(name, out TensorInfo? info) ? info.File
                : _unsupported.TryGetValue(name, out var other) ? other.File : null;
            if (file != Path.Combine(Folder, shard))
            {
                throw new InputException($"{index}: weight_map says that '{shard}' holds tensor '{name}', but it does not.");
            }
        }
    }

    private void AddFile(string file)
    {
        SafeFileHandle handle = FileBytes.Open(file);
        _handles.Add(file, handle);
        SafetensorsHeader header = SafetensorsHeader.Read(handle, file);
        foreach (var (key, value) in header.Metadata) _metadata.TryAdd(key, value);
        foreach (HeaderEntry entry in header.Entries)
        {
            string? first = _tensors.TryGetValue(entry.Name, out TensorInfo? known) ? known.File
                : _unsupported.TryGetValue(entry.Name, out var other) ? other.File : null;
            if (first is not null)
            {
                throw new InputException($"{file}: tensor '{entry.Name}' is also in the shard {Path.GetFileName(first)}.");
            }

            if (SafetensorsTypes.Supported(entry.DataType) is ElementType type)
            {
                _tensors.Add(
                    entry.Name, new TensorInfo(entry.Name, type, entry.Shape, file, entry.Begin, entry.End - entry.Begin));
            }
            else
            {
                _unsupported.Add(entry.Name, (entry, file));
            }
        }
    }

    // Base models are saved without the "model." prefix, and wrappers add prefixes of their own.
    private string? CloseName(string name) =>
        _tensors.Keys.Concat(_unsupported.Keys)
            .Where(
                other => other.EndsWith("." + name, StringComparison.Ordinal)
                    || name.EndsWith("." + other, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).FirstOrDefault();
}
