namespace Innate.Foundation;

/// <summary>A small file that appears under its name only when it is whole, on the disk itself.</summary>
internal static class WholeFile
{
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
