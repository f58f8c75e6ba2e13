using Innate.Rows;

namespace Innate.Data;

/// <summary>
/// A pipe's bytes in a file that has no name any more, so that nothing is left behind however the process ends.
/// </summary>
internal static class TemporaryCopy
{
    /// <summary>Copies a stream to its end.</summary>
    /// <param name="content">The stream; it stays its owner's.</param>
    /// <returns>The copy, at its beginning.</returns>
    /// <exception cref="InputException">The stream is damaged.</exception>
    public static Stream Of(Stream content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"innate-{Guid.NewGuid():N}.rows");
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream copy = new(path, options);
        try
        {
            if (!OperatingSystem.IsWindows()) File.Delete(path);
            byte[] buffer = new byte[1 << 16];
            while (RowReader.Read(content, buffer) is > 0 and int read) copy.Write(buffer.AsSpan(0, read));
            copy.Position = 0;
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
