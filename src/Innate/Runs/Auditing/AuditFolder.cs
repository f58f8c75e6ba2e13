namespace Innate.Runs.Auditing;

/// <summary>The folder of an audit's files.</summary>
internal static class AuditFolder
{
    /// <summary>Makes it where there is none.</summary>
    /// <exception cref="InputException">The place is a file.</exception>
    public static string Make(string folder)
    {
        if (File.Exists(folder)) throw new InputException("Output", "a folder", $"the file {folder}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
