namespace Innate.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The work failed: a full disk, a closed pipe, a fault of ours.</summary>
    public const int Failure = 1;

    /// <summary>Bad usage or bad input, be it one bad row among good ones.</summary>
    public const int BadInput = 2;

    /// <summary>The terminal closed: 128 + SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>Ctrl-C: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
