namespace Innate.Checkpoints.Hub;

/// <summary>How far a pull has come.</summary>
/// <param name="File">The file on its way.</param>
/// <param name="FileNumber">Which one it is, from 1.</param>
/// <param name="FileCount">How many there are.</param>
/// <param name="Received">How much of it is here, in bytes, counting what an earlier pull left.</param>
/// <param name="Size">Its size in bytes; null where the server does not say.</param>
public sealed record PullProgress(string File, int FileNumber, int FileCount, long Received, long? Size);
