using Innate.Rows;

namespace Innate.Data;

/// <summary>The files of a dataset on disk.</summary>
internal static class DatasetFiles
{
    private const int MostFiles = 200_000;
    private const int MostReadme = 16 << 20;

    /// <summary>The full paths of a split's files, in order.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="place">What messages call it.</param>
    /// <param name="subset">One of its configs; null: the default.</param>
    /// <param name="split">One of its splits; null: the default.</param>
    /// <exception cref="InputException">There is no such part, or a file lies elsewhere.</exception>
    public static string[] Of(string folder, string place, string? subset, string? split)
    {
        int part = Directory.Exists(place) ? -1 : place.LastIndexOf('#');
        string name = part < 0 ? place : place[..part];
        List<string> files = Names(folder, name);
        string readme = Path.Combine(folder, "README.md");
        string? text = files.Contains("README.md") ? ReadText(readme) : null;
        string[] paths = [.. new DatasetLayout(files, text, name).Split(subset, split).Select(f => Path.Combine(folder, f))];
        foreach (string path in paths) RequireInside(folder, path, name);
        return paths;
    }

    private static List<string> Names(string folder, string place)
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = 16,
            IgnoreInaccessible = true,
        };
        List<string> names = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", options))
        {
            if (names.Count == MostFiles) throw new InputException($"{place}: expected at most {MostFiles} files, found more.");
            names.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'));
        }

        return names;
    }

    private static string ReadText(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (stream.Length > MostReadme) throw new InputException($"{path}: expected at most {MostReadme >> 20} MiB, found more.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    // A link may lead to the blobs of the hub's cache, and nowhere else outside.
    private static void RequireInside(string folder, string path, string place)
    {
        string real = Real(path), root = Real(folder);
        DirectoryInfo? snapshots = Directory.GetParent(folder);
        bool isInside = IsIn(root) || (snapshots is { Name: "snapshots", Parent: { } repository }
            && IsIn(Real(Path.Combine(repository.FullName, "blobs"))));
        if (!isInside)
        {
            string name = Path.GetRelativePath(folder, path);
            throw new InputException($"{place}: expected files in the dataset's folder, found {name}, a link out of it.");
        }

        bool IsIn(string parent) => real.StartsWith(parent + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    // Every link on the way is followed: a folder above may be one.
    private static string Real(string path)
    {
        string full = Path.GetFullPath(path);
        string? above = Path.GetDirectoryName(full);
        if (above is null) return full;
        string here = Path.Combine(Real(above), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        if (info.LinkTarget is null) return here;
        return info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : here;
    }
}
