namespace Innate.Server.Scheduling;

/// <summary>The queue has no room; the client may come again.</summary>
internal sealed class QueueFullException(int retryAfterSeconds)
    : Exception($"the queue is full; come again in {retryAfterSeconds} s")
{
    public int RetryAfterSeconds { get; } = retryAfterSeconds;
}

/// <summary>The server is stopping.</summary>
internal sealed class StoppingException() : Exception("the server is stopping");
