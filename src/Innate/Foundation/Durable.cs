using System.Runtime.InteropServices;

namespace Innate.Foundation;

/// <summary>
/// Brings what was written to the disk itself, so that a rename cannot outlive the bytes that it names when the machine loses
/// power.
/// </summary>
internal static partial class Durable
{
    /// <summary>All files of a folder, then the folder.</summary>
    public static void Flush(string folder)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        FlushFolder(folder);
    }

    /// <summary>A folder's own list of names; only Unix knows how, and .NET itself opens no folder.</summary>
    /// <returns>Whether the system did it: where not, a rename is as durable as the system makes it.</returns>
    public static bool FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return false;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return false;
        int result = Synchronize(descriptor);
        _ = Close(descriptor);
        return result == 0;
    }

    private const int ReadOnly = 0;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
