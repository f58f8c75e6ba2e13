namespace Innate.Learning.Runs;

/// <summary>
/// Brings what was written to the disk itself, so that a rename cannot outlive the bytes that it names when the machine loses
/// power.
/// </summary>
internal static class Durable
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

    /// <summary>A folder's own list of names; only Unix knows how.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            using var handle = File.OpenHandle(folder, FileMode.Open, FileAccess.Read);
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // .NET opens no folder on some systems: the rename is then as durable as the system makes it.
        }
    }
}
