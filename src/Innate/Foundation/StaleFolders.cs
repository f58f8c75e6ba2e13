namespace Innate.Foundation;

/// <summary>
/// Temporary folders of runs that were killed. Beside a folder that is being filled lies a locked file; where the lock is gone,
/// so is the process, and what it left is taken away by the next that writes to the same place.
/// </summary>
internal static class StaleFolders
{
    private const string Lock = ".lock";

    /// <summary>Marks a folder as being filled, until the result is disposed.</summary>
    /// <param name="temporary">The folder.</param>
    public static IDisposable Hold(string temporary) => new FileStream(
        temporary + Lock, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);

    /// <summary>Takes away what killed runs left beside a place.</summary>
    /// <param name="place">The final folder's full path.</param>
    public static void Remove(string place)
    {
        string folder = Path.GetDirectoryName(place)!, name = Path.GetFileName(place);
        if (!Directory.Exists(folder)) return;
        foreach (string held in Directory.GetFiles(folder, $"{name}.*.partial{Lock}"))
        {
            string middle = Path.GetFileName(held)[(name.Length + 1)..^".partial.lock".Length];
            if (!Guid.TryParseExact(middle, "N", out _) || !IsStale(held)) continue;
            string left = held[..^Lock.Length];
            if (Directory.Exists(left)) Directory.Delete(left, recursive: true);
            File.Delete(held);
        }
    }

    private static bool IsStale(string file)
    {
        try
        {
            using FileStream free = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
