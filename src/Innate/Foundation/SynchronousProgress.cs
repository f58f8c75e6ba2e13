namespace Innate.Foundation;

/// <summary>
/// Calls a function with each report, at once and on the thread that reports. <see cref="Progress{T}"/> goes through the thread
/// pool: its reports may come in another order, or after the work is over.
/// </summary>
/// <typeparam name="T">What is reported.</typeparam>
/// <param name="report">Is called with each report; the work waits for it.</param>
public sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
