using System.CommandLine;
using System.Text.Json;
using Innate.Rows;

namespace Innate.Cli.Commands;

/// <summary>
/// Commands that turn each input line into one output line: <c>--in</c>, <c>--out</c>, bad rows in their place.
/// </summary>
internal sealed class RowLoop
{
    public Option<string?> Input { get; } = Opt.Text("--in", "FILE", "The rows; - is the pipe", "-");

    public Option<string?> Output { get; } = Opt.Text(
        "--out", "FILE", "The results; - is the pipe. A file is written as FILE.partial until it is complete", "-");

    /// <summary><c>--resume</c>, of commands that can go on.</summary>
    public static Option<bool> Resume() => Opt.Flag(
        "--resume", "Go on after the rows that --out (or its .partial) holds already; a part (--shard) does by itself "
        + "[off: start anew]");

    public void AddTo(Command command)
    {
        command.Add(Input);
        command.Add(Output);
    }

    /// <summary>Runs the loop.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="io">The pipe.</param>
    /// <param name="convert">One row's output line; an <see cref="InputException"/> becomes its error line.</param>
    public int Run(ParseResult parsed, CliIo io, Func<JsonElement, byte[]> convert)
    {
        long errors = RowConversion.Run(
            io.Input(parsed.GetValue(Input)!), io.OutputTo(parsed.GetValue(Output)!), convert, io.Cancellation);
        return errors > 0 ? ExitCodes.BadInput : ExitCodes.Success;
    }
}
