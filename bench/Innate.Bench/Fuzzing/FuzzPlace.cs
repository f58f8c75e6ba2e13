namespace Innate.Bench.Fuzzing;

/// <summary>Where parsers of files find them: a folder of its own, and the tests' small models.</summary>
internal sealed class FuzzPlace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("innate-fuzz-");

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Puts a file there.</summary>
    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A folder of the tests' fixtures.</summary>
    public static string Fixture(params string[] parts)
    {
        for (string? d = AppContext.BaseDirectory; d is not null; d = Path.GetDirectoryName(d))
        {
            string found = Path.Combine([d, "tests", "Fixtures", .. parts]);
            if (Path.Exists(found)) return found;
        }

        throw new InputException(
            $"the fuzz command runs inside the repository: no tests/Fixtures/{string.Join('/', parts)} above it");
    }

    /// <summary>All small models' files of one name.</summary>
    public static IEnumerable<byte[]> OfModels(string name) => Directory.EnumerateDirectories(Fixture("models"))
        .Order(StringComparer.Ordinal).Append(Fixture("chat-model"))
        .Select(d => Path.Combine(d, name)).Where(File.Exists).Select(File.ReadAllBytes);

    public void Dispose() => _folder.Delete(recursive: true);
}
