using Microsoft.Win32.SafeHandles;

namespace Innate.Foundation;

/// <summary>A file that appears under its name only when it is whole, on the disk itself.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Begins a large file under another name, with the whole file's room taken at once: a disk that is too small is told before
    /// the work, not after it.
    /// </summary>
    /// <param name="path">The name that it will have, for messages.</param>
    /// <param name="temporary">The name that it has until then; no file has it yet.</param>
    /// <param name="bytes">How large it will be.</param>
    /// <exception cref="IOException">The file cannot be made, or the disk has no room for it.</exception>
    public static SafeFileHandle Room(string path, string temporary, long bytes)
    {
        try
        {
            return File.OpenHandle(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, preallocationSize: bytes);
        }
        catch (IOException e) when (e.Message.Contains("disk was full", StringComparison.Ordinal))
        {
            throw new IOException($"{path}: expected room for {bytes} bytes, found a full disk.", e);
        }
    }

    /// <summary>Refuses, before any work, a place where no file can be.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="path">The file; it need not exist.</param>
    /// <exception cref="InputException">A folder is there, or none for it to be in.</exception>
    public static void RequirePlace(string setting, string path)
    {
        if (Directory.Exists(path)) throw new InputException(setting, "a file", $"the folder {path}");
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder)) throw new InputException(setting, "a file in a folder that exists", $"no folder {folder}");
    }

    /// <summary>Refuses, before any work, a place where no folder can be.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="path">The folder; neither it nor those above it need exist.</param>
    /// <exception cref="InputException">A file is there, or where a folder above it would be.</exception>
    public static void RequireFolder(string setting, string path)
    {
        if (path.Length == 0) throw new InputException(setting, "a folder", "nothing");
        for (string? at = Path.GetFullPath(path); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at)) throw new InputException(setting, "a folder", $"the file {at}");
        }
    }

    /// <summary>Makes a folder for files where there is none.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="path">The folder.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static string MakeFolder(string setting, string path)
    {
        RequireFolder(setting, path);
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InputException(setting, "a folder that can be made", $"{path}: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Writes it beside its place, and gives it its name.</summary>
    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string partial = path + ".partial";
        try
        {
            using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (IOException)
        {
            // On a full disk every byte counts.
            File.Delete(partial);
            throw;
        }
    }
}
