using System.Globalization;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// A GGUF file, whole or in parts (<c>NAME-00001-of-00003.gguf</c>): its keys and where its tensors lie. Opening reads the
/// headers only, and checks them.
/// </summary>
internal sealed class GgufFile
{
    private const string Number = "split.no", Parts = "split.count", AllTensors = "split.tensors.count";
    private readonly Dictionary<string, GgufTensor> _byName = new(StringComparer.Ordinal);
    private readonly List<GgufTensor> _tensors = [];
    private readonly List<string> _files = [];

    private GgufFile(string path, GgufHeader header)
    {
        (Path, Version) = (path, header.Version);
        Metadata = new GgufMetadata(path, header.Values);
        Add(path, header);
    }

    /// <summary>The file's full path; of a file in parts, the first part's.</summary>
    public string Path { get; }

    /// <summary>The full paths of all parts, in order; of a whole file, its own.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The format's version: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The keys; of a file in parts, the first part's.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors of all parts, in the files' order.</summary>
    public IReadOnlyList<GgufTensor> Tensors => _tensors;

    /// <summary>The tensor of a name; null: there is none.</summary>
    public GgufTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Opens a file and, where it is the first of several parts, the others.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="keysOnly">Whether tensors, which may be of types that are not read here, are passed over.</param>
    /// <exception cref="InputException">A part is missing, or is no whole, well-formed GGUF file.</exception>
    public static GgufFile Open(string path, bool keysOnly = false)
    {
        string full = System.IO.Path.GetFullPath(path);
        GgufFile file = new(full, GgufHeader.Read(full, keysOnly));
        long parts = file.Metadata.OptionalWhole(Parts, 0, 99_999) ?? 0;
        if (parts > 1) file.AddParts((int)parts, keysOnly);
        return file;
    }

    private void AddParts(int parts, bool keysOnly)
    {
        long own = Metadata.Whole(Number, 0, parts - 1);
        string? stem = Stem(1, parts) ?? (own > 0 ? Stem((int)own + 1, parts) : null);
        if (own != 0)
        {
            string first = stem is null ? "" : $", {PartName(stem, 1, parts)}";
            throw new InputException($"{Path}: is part {own + 1} of {parts}; expected the first{first}.");
        }

        if (stem is null)
        {
            throw new InputException(
                $"{Path}: is the first of {parts} parts; expected a name that ends with {PartName("", 1, parts)}.");
        }

        for (int part = 2; part <= parts; part++) AddPart(PartName(stem, part, parts), part, parts, keysOnly);
        if (!keysOnly && Metadata.OptionalWhole(AllTensors, 0, long.MaxValue) is long all && all != _tensors.Count)
        {
            throw new InputException(
                $"{Path}: key '{AllTensors}': expected {_tensors.Count}, the tensors of all {parts} parts, found {all}.");
        }
    }

    private void AddPart(string file, int part, int parts, bool keysOnly)
    {
        if (!FileBytes.Exists(file)) throw new InputException($"{Path}: part {part} of {parts}, {file}, is missing.");
        GgufHeader header = GgufHeader.Read(file, keysOnly);
        GgufMetadata keys = new(file, header.Values);
        if (keys.Whole(Number, 0, int.MaxValue) != part - 1) throw keys.Wrong(Number, $"{part - 1}, as its name says");
        if (keys.Whole(Parts, 0, int.MaxValue) != parts) throw keys.Wrong(Parts, $"{parts}, as in the first part");
        Add(file, header);
    }

    private void Add(string file, GgufHeader header)
    {
        _files.Add(file);
        foreach (GgufTensor tensor in header.Tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
            {
                throw new InputException($"{tensor.File}: tensor '{tensor.Name}' is also in {_byName[tensor.Name].File}.");
            }

            _tensors.Add(tensor);
        }
    }

    // The name's beginning, which all parts have in common; null where the name is not a part's.
    private string? Stem(int part, int parts)
    {
        string end = PartName("", part, parts);
        return Path.EndsWith(end, StringComparison.Ordinal) ? Path[..^end.Length] : null;
    }

    private static string PartName(string stem, int part, int parts) =>
        string.Create(CultureInfo.InvariantCulture, $"{stem}-{part:d5}-of-{parts:d5}.gguf");
}
