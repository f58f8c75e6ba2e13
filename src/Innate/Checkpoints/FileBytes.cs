using Microsoft.Win32.SafeHandles;

namespace Innate.Checkpoints;

/// <summary>Reads of exact byte counts, with the file named when they fail.</summary>
internal static class FileBytes
{
    /// <summary>Whether there is a file to read. File.Exists is not enough: it says yes to a link that leads nowhere.</summary>
    public static bool Exists(string file)
    {
        try
        {
            return File.Exists(file) && (File.ResolveLinkTarget(file, returnFinalTarget: true)?.Exists ?? true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // A circle of links.
        }
    }

    /// <summary>Opens a file for reading at any offset.</summary>
    /// <exception cref="InputException">The file cannot be opened.</exception>
    public static SafeFileHandle Open(string file)
    {
        try
        {
            return File.OpenHandle(
                file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/>, in bytes.</summary>
    /// <exception cref="InputException">The file ends before, or cannot be read.</exception>
    public static void ReadExactly(SafeFileHandle handle, string file, long offset, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int count;
            try
            {
                count = RandomAccess.Read(handle, destination[done..], offset + done);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{file}: cannot be read at byte {offset + done}: {e.Message}", e);
            }

            if (count == 0)
            {
                throw new InputException(
                    $"{file}: is truncated: expected {destination.Length} bytes at byte {offset}, found {done}.");
            }

            done += count;
        }
    }

    /// <summary>A whole small file, such as a config or an index.</summary>
    /// <exception cref="InputException">It is missing, unreadable or longer than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadSmall(string file, long maxBytes)
    {
        using SafeFileHandle handle = Open(file);
        long length = RandomAccess.GetLength(handle);
        if (length > maxBytes)
        {
            throw new InputException($"{file}: has {length} bytes, expected at most {maxBytes}.");
        }

        byte[] bytes = new byte[length];
        ReadExactly(handle, file, 0, bytes);
        return bytes;
    }
}
