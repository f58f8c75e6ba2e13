namespace Innate.Engines;

/// <summary>
/// A remote engine failed: it cannot be reached, gave up on a request, or answered what its dialect does not allow. The message
/// is one sentence with its address.
/// </summary>
public sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
