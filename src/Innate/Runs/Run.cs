using Innate.Sessions;

namespace Innate.Runs;

/// <summary>One kind of work: settings in, events and files out.</summary>
/// <typeparam name="TResult">What came of it, beside the files.</typeparam>
public abstract class Run<TResult>
{
    /// <summary>How models are opened; another one shares loaded models, or stands in for them.</summary>
    public Func<ModelSource, CancellationToken, ModelSession> OpenModel { get; init; } = ModelSession.Open;

    /// <summary>Does the work.</summary>
    /// <param name="events">Is told how it goes, on the working thread; null: nobody listens.</param>
    /// <param name="cancellation">Stops it; what is written then is whole, or lies under a name that says that it is not.</param>
    /// <exception cref="InputException">Settings, files or a model that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public abstract TResult Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default);

    /// <summary>Passes on how far the work is.</summary>
    private protected static IProgress<WorkDone>? Advances(IProgress<RunEvent>? events, string unit) =>
        events is null ? null : new SynchronousProgress<WorkDone>(work => events.Report(new RunAdvanced(work, unit)));
}

/// <summary>What came of a run over rows.</summary>
/// <param name="Rows">Rows that this run has done.</param>
/// <param name="Errors">Rows of them that hold an error in place of a result.</param>
public sealed record RowsResult(long Rows, long Errors)
{
    /// <summary>Whether a row that an earlier part of the run has done holds an error.</summary>
    public bool HasEarlierErrors { get; init; }

    /// <summary>Whether all rows of the output hold results.</summary>
    public bool IsClean => Errors == 0 && !HasEarlierErrors;
}
