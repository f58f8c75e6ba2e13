using Microsoft.Extensions.Logging;

namespace Innate.Server.Logging;

/// <summary>What the server says to its own people.</summary>
internal static partial class ServerLog
{
    /// <summary>The category of all that the server logs.</summary>
    public const string Category = "Innate.Server";

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} {Path}")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Fault} ({Kept})")]
    public static partial void ProfileRefused(this ILogger logger, string fault, string kept);
}
