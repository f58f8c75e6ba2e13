using Innate.Rows;

namespace Innate.Runs.Auditing;

/// <summary>The folder of an audit's files.</summary>
internal static class AuditFolder
{
    /// <summary>Makes it where there is none.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public static string Make(string folder)
    {
        WholeFile.MakeFolder("Output", folder);
        return folder;
    }

    /// <summary>Writes a file of lines, which an interrupted run leaves with a header that a resumed one goes on after.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resumes">Whether what is there is gone on with.</param>
    /// <param name="header">What decides the lines.</param>
    /// <param name="what">What a line is of, several of them.</param>
    /// <param name="events">Is told of what is there, and of an interruption.</param>
    /// <param name="write">Writes the lines that are missing.</param>
    public static void Write(
        string path, bool resumes, RunHeader header, string what, IProgress<RunEvent>? events, Action<RowOutput> write)
    {
        using RowOutput output = RowOutput.Open(
            RowLocation.File(path), resumes && File.Exists(PartialFile.Of(path)), header);
        if (output.Note is { } note) events?.Report(new RunNote(note));
        try
        {
            write(output);
        }
        catch (Exception e) when (
            e is OperationCanceledException or AggregateException { InnerException: OperationCanceledException })
        {
            events?.Report(new RunNote(
                $"interrupted; the {what} that are done are in {Path.GetFileName(path)}.partial, and a resumed run goes on after "
                + "them.", IsFault: true));
            throw;
        }

        output.Complete();
    }
}
