using System.Text;
using Innate.Cli.Terminal;
using Innate.Rows;
using Innate.Sessions;

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

    /// <summary>The colours of <see cref="Error"/>.</summary>
    public ColourDepth ErrorColours => ErrorIsTerminal ? Colours : ColourDepth.None;

    public CancellationToken Cancellation { get; init; }

    /// <summary>The work writes a checkpoint when it is stopped: only a second signal ends it at once.</summary>
    public bool SavesWhenStopped { get; set; }

    /// <summary>A test's stand-in for models that run here; null: they are opened as they are.</summary>
    public Func<ModelSource, ModelSession>? OpenModel { get; init; }

    /// <summary>Opens what is meant: through <see cref="OpenModel"/> where a test stands in for models that run here.</summary>
    public ModelSession OpenSource(ModelSource source, CancellationToken cancellation)
    {
        if (OpenModel is null || source.Engine is not null || source.LlamaCpp is not null)
        {
            return ModelSession.Open(source with { Warn = text => Error.WriteLine($"innate: {text}") }, cancellation);
        }

        return OpenModel(source with { Model = source.Model ?? DefaultModel.For(source.Adapter).Folder });
    }

    /// <summary>Does work that writes a checkpoint when it is stopped.</summary>
    public T Saving<T>(Func<T> work)
    {
        SavesWhenStopped = true;
        try
        {
            return work();
        }
        finally
        {
            SavesWhenStopped = false;
        }
    }

    /// <summary>Rows in: <c>-</c> is the pipe.</summary>
    public RowLocation Input(string path, string? columns = null) =>
        (path == "-" ? RowLocation.Stream(OpenInput) : RowLocation.File(path)) with
        {
            Columns = columns is null ? null : RowColumns.Parse(columns),
        };

    /// <summary>Rows out: <c>-</c> is the pipe.</summary>
    public RowLocation OutputTo(string path) => path == "-" ? RowLocation.Stream(Output) : RowLocation.File(path);

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

    /// <summary>Writes an object of JSON, and ends its line.</summary>
    public void WriteJson(byte[] json) => Output.Write([.. json, (byte)'\n']);

    /// <summary>A writer of text over <see cref="Output"/>; flush it, never close it.</summary>
    public StreamWriter TextOutput() =>
        new(Output, new UTF8Encoding(false), bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };
}
