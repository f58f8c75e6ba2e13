namespace Innate.Runs;

/// <summary>What a user is told whose run was stopped, and can go on.</summary>
internal static class Interruption
{
    /// <summary>Does the work; where it is stopped, tells where what is done lies.</summary>
    /// <param name="what">What is done one after another, several of them.</param>
    /// <param name="output">The file; null: a pipe, of which nothing is kept.</param>
    /// <param name="events">Is told.</param>
    /// <param name="work">The work.</param>
    /// <typeparam name="T">What comes of it.</typeparam>
    public static T Tell<T>(string what, string? output, IProgress<RunEvent>? events, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (
            output is not null
            && e is OperationCanceledException or AggregateException { InnerException: OperationCanceledException })
        {
            // The second where a reader ahead saw the signal before this thread did.
            events?.Report(new RunNote(
                $"interrupted; the {what} that are done are in {Path.GetFileName(output)}.partial, and a resumed run goes on "
                + "after them.", IsFault: true));
            throw;
        }
    }

    /// <summary>The same of work that nothing comes of.</summary>
    /// <param name="what">What is done one after another, several of them.</param>
    /// <param name="output">The file; null: a pipe, of which nothing is kept.</param>
    /// <param name="events">Is told.</param>
    /// <param name="work">The work.</param>
    public static void Tell(string what, string? output, IProgress<RunEvent>? events, Action work) =>
        Tell(what, output, events, () =>
        {
            work();
            return true;
        });
}
