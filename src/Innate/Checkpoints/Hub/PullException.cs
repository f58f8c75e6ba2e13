namespace Innate.Checkpoints.Hub;

/// <summary>
/// A pull that failed though the request was good: the network or the disk. The message is one sentence; what was fetched
/// stays, and the next pull goes on from there.
/// </summary>
public sealed class PullException(string message, Exception? inner = null) : Exception(message, inner);
