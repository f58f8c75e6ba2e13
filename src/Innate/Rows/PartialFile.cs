namespace Innate.Rows;

/// <summary>The files of an output that is not finished: its lines, how they are made, and how many each row has.</summary>
internal static class PartialFile
{
    /// <summary>The name under which an unfinished output lies.</summary>
    public static string Of(string path) => path + ".partial";

    /// <summary>The name of its settings.</summary>
    public static string HeaderOf(string path) => path + ".partial.json";

    /// <summary>The name of its number of lines for each row; there is none where each has one.</summary>
    public static string CountsOf(string path) => path + ".partial.lines";

    /// <summary>What an unfinished output's settings tell.</summary>
    /// <param name="path">The output.</param>
    /// <param name="header">Those of the run that would go on.</param>
    /// <returns>
    /// In words; null: the same, or the run was killed between the two files' beginnings, so that there is nothing yet to be
    /// mixed with.
    /// </returns>
    public static string? DifferenceOf(string path, RunHeader header) =>
        !File.Exists(HeaderOf(path)) && EarlierLines.Of(Of(path), 1).Rows == 0 ? null : header.DifferenceFrom(HeaderOf(path));

    /// <summary>Takes all of them away.</summary>
    public static void Delete(string path)
    {
        foreach (string file in (string[])[Of(path), HeaderOf(path), CountsOf(path)]) File.Delete(file);
    }

    /// <summary>Opens the lines.</summary>
    /// <exception cref="InputException">Another run writes them.</exception>
    public static FileStream Open(string path, FileMode mode) =>

        // bufferSize 0: what Write returns from is with the system, so a killed process loses no finished batch. Not shared: a
        // second run with the same --out is told so instead of destroying this one's rows.
        Alone(Of(path), file => new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));

    /// <summary>Opens lines that are there, finished or not.</summary>
    /// <exception cref="InputException">Another run writes them.</exception>
    public static FileStream OpenToRead(string file) => Alone(file, File.OpenRead);

    /// <summary>Opens the counts, which whoever has the lines open alone writes.</summary>
    /// <param name="path">The output.</param>
    /// <param name="earlier">Those of the rows that are there; the file holds them, and no other, afterwards.</param>
    public static FileStream OpenCounts(string path, IReadOnlyList<RowLines> earlier)
    {
        File.WriteAllLines(CountsOf(path), earlier.Select(row => row.ToString()));
        return new FileStream(CountsOf(path), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    private static FileStream Alone(string file, Func<string, FileStream> open)
    {
        try
        {
            return open(file);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new InputException("Output", "a file that no other run is writing", file, e);
        }
    }

    // EWOULDBLOCK of flock on Unix; ERROR_SHARING_VIOLATION on Windows.
    private static bool IsLocked(IOException e) => (e.HResult & 0xffff) is 11 or 32 or 35;
}
