namespace Innate.Server.Http;

/// <summary>Marks the server's own routes.</summary>
/// <param name="IsWork">Whether it asks the model; others look after the server, and its latencies leave them out.</param>
internal sealed record RouteMark(bool IsWork);
