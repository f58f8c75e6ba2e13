using System.Text;
using Innate.Cli.Terminal;

namespace Innate.Cli;

/// <summary>All that a command may know of the world outside: so that a test can stand in for it.</summary>
internal sealed class CliIo
{
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Results: bytes, so that JSON lines are written as they are.</summary>
    public required Stream Output { get; init; }

    /// <summary>Progress, notes and errors.</summary>
    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal; 80 where it is none.</summary>
    public int Width { get; init; } = 80;

    public ColourDepth Colours { get; init; }

    public CancellationToken Cancellation { get; init; }

    /// <summary>The work writes a checkpoint when it is stopped: only a second signal ends it at once.</summary>
    public bool SavesWhenStopped { get; set; }

    /// <summary>Loads a model: folder or hub name, and threads (null: all cores).</summary>
    public Func<string, int?, ModelSession> OpenModel { get; init; } = ModelSession.Open;

    public static CliIo ForProcess(CancellationToken cancellation)
    {
        bool terminal = !Console.IsOutputRedirected;
        return new CliIo
        {
            OpenInput = Console.OpenStandardInput,
            Output = StandardOutput.Open(),
            Error = new StreamWriter(StandardOutput.OpenError(), new UTF8Encoding(false)) { AutoFlush = true },
            OutputIsTerminal = terminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = terminal ? TerminalSize.Width() : 80,
            Colours = terminal ? Colour.DepthOf(Environment.GetEnvironmentVariable) : ColourDepth.None,
            Cancellation = cancellation,
        };
    }

    /// <summary>A writer of text over <see cref="Output"/>; flush it, never close it.</summary>
    public StreamWriter TextOutput() =>
        new(Output, new UTF8Encoding(false), bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };
}
