namespace Innate.Foundation;

/// <summary>Folders that appear under their name only when they are whole.</summary>
internal static class WholeFolder
{
    /// <summary>
    /// Fills a temporary folder beside the final one and then gives it the final name. A folder of that name is replaced if all
    /// that it holds is named in <paramref name="replaceable"/>.
    /// </summary>
    /// <param name="folder">The final path; the folders above it are made.</param>
    /// <param name="fill">Writes the files into the folder that it is given. Where it throws, nothing is left.</param>
    /// <param name="replaceable">Names of files that may be lost.</param>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    public static void Write(string folder, Action<string> fill, params string[] replaceable)
    {
        RequireFree(folder, replaceable);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string stem = $"{full}.{Guid.NewGuid():N}", temporary = $"{stem}.partial", old = $"{stem}.old.partial";
        StaleFolders.Remove(full);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using IDisposable held = StaleFolders.Hold(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            fill(temporary);
            if (Directory.Exists(full)) Directory.Move(full, old);
            Directory.Move(temporary, full);
        }
        catch
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            if (Directory.Exists(old) && !Directory.Exists(full)) Directory.Move(old, full);
            throw;
        }

        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    }

    /// <summary>As <see cref="Write"/>, over whatever folder is there.</summary>
    /// <param name="folder">The final path; the folders above it are made.</param>
    /// <param name="fill">Writes the files into the folder that it is given. Where it throws, the old folder stays.</param>
    public static void Replace(string folder, Action<string> fill) => Write(
        folder, fill,
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p))] : []);

    /// <summary>Fails now where <see cref="Write"/> would fail after the work.</summary>
    /// <exception cref="InputException">The path is a file's, or a folder's that holds something else.</exception>
    public static void RequireFree(string folder, params string[] replaceable)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new InputException("expected the path of a new folder, found nothing.");
        if (File.Exists(folder)) throw new InputException($"{folder}: expected a new or empty folder, found a file.");
        if (!Directory.Exists(folder)) return;
        string? other = Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p))
            .Order(StringComparer.Ordinal).FirstOrDefault(name => !replaceable.Contains(name));
        if (other is null) return;
        throw new InputException($"{folder}: expected a new or empty folder, found one that holds '{other}'.");
    }
}
