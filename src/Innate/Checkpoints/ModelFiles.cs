using Innate.Checkpoints.Gguf;

namespace Innate.Checkpoints;

/// <summary>
/// The small files that describe a model (config.json, tokenizer.json, chat_template.jinja, ...): those of a Hugging Face
/// folder, or those that a GGUF file stands for. Who reads a model's description reads it here, and need not know which it is.
/// </summary>
internal abstract class ModelFiles
{
    /// <summary>Where a folder keeps its templates besides the first.</summary>
    public const string MoreTemplates = "additional_chat_templates";

    /// <summary>The folder or the file, as it was given.</summary>
    public required string Path { get; init; }

    /// <summary>The files' names, in order; those below the folder with the folders that they lie in.</summary>
    public abstract IEnumerable<string> Names { get; }

    /// <summary>The files of a model.</summary>
    /// <param name="path">A folder, or a GGUF file.</param>
    public static ModelFiles Of(string path) => IsGguf(path)
        ? new GgufModelFiles(GgufFolder.Open(path)) { Path = path }
        : new FolderFiles { Path = path };

    /// <summary>
    /// The files of a model's text alone, tokenizer and templates: a GGUF file may be of a model that is not known here.
    /// </summary>
    /// <param name="path">A folder, or a GGUF file.</param>
    public static ModelFiles OfText(string path) => IsGguf(path)
        ? new GgufModelFiles(GgufFolder.OpenText(path)) { Path = path }
        : new FolderFiles { Path = path };

    /// <summary>Whether a path is that of a GGUF file: whatever its name, it begins with the format's four letters.</summary>
    public static bool IsGguf(string path)
    {
        if (!File.Exists(path)) return false;
        if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) return true;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("GGUF"u8);
    }

    /// <summary>Whether there is such a file.</summary>
    public abstract bool Has(string name);

    /// <summary>A file's bytes; null: there is no such file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public abstract byte[]? Read(string name);

    /// <summary>
    /// tokenizer.json as it is read here: of a GGUF file with scores, which transformers' form has no place for. Null: there is
    /// none.
    /// </summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public virtual byte[]? ReadTokenizer() => Read("tokenizer.json");

    /// <summary>What messages call a file.</summary>
    public abstract string Called(string name);

    private sealed class FolderFiles : ModelFiles
    {
        public override IEnumerable<string> Names
        {
            get
            {
                if (!Directory.Exists(Path)) return [];
                string more = Called(MoreTemplates);
                return Directory.EnumerateFiles(Path)
                    .Concat(Directory.Exists(more) ? Directory.EnumerateFiles(more) : [])
                    .Select(f => System.IO.Path.GetRelativePath(Path, f)).Order(StringComparer.Ordinal);
            }
        }

        public override bool Has(string name) => File.Exists(Called(name));

        public override byte[]? Read(string name)
        {
            if (!Has(name)) return null;
            try
            {
                return File.ReadAllBytes(Called(name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{Called(name)}: cannot be read: {e.Message}", e);
            }
        }

        public override string Called(string name) => System.IO.Path.Combine(Path, name);
    }

    private sealed class GgufModelFiles(GgufFolder folder) : ModelFiles
    {
        public override IEnumerable<string> Names => folder.Names;

        public override bool Has(string name) => folder.Names.Contains(name);

        public override byte[]? Read(string name) => folder.Read(name);

        public override byte[]? ReadTokenizer() => folder.ReadTokenizer();

        // The file itself: what is said of its config.json is said of its keys.
        public override string Called(string name) => $"{Path} (as {name})";
    }
}
