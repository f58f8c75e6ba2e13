using System.CommandLine;
using System.Diagnostics;
using Innate.Rows;
using Innate.Runs.Foretelling;

namespace Innate.Cli.Commands;

/// <summary><c>--dry-run</c>: what a run will take, in place of the run.</summary>
/// <param name="json">The command's own <c>--json</c>; null: it has none but for this.</param>
internal sealed class ForecastOptions(Option<bool>? json = null)
{
    private readonly Option<bool> _json = json ?? Opt.Flag(
        "--json", "With --dry-run: its numbers as one JSON object [off: a sentence]");

    private readonly Option<bool> _dryRun = Opt.Flag(
        "--dry-run",
        "Tell tokens, time and memory of the run, from the rows and a short piece of them, and write nothing [off: run]");

    public void AddTo(Command command)
    {
        command.Add(_dryRun);
        if (json is null) command.Add(_json);
    }

    /// <summary>Whether a forecast is asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_dryRun);

    /// <summary>Tells the forecast where it is asked for.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="io">Where to.</param>
    /// <param name="foretell">Makes it.</param>
    /// <returns>Whether it was asked for.</returns>
    public bool Tell(ParseResult parsed, CliIo io, Func<Forecast> foretell)
    {
        bool isJson = parsed.GetValue(_json);
        if (!IsAsked(parsed))
        {
            if (isJson && json is null) throw new InputException($"{_json.Name}: expected --dry-run beside it, found none.");
            return false;
        }

        // What the process has taken to come here, the run will take too.
        double start = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds;
        Forecast forecast = foretell();
        forecast = forecast with { Seconds = forecast.Seconds + start, LoadSeconds = forecast.LoadSeconds + start };
        if (isJson)
        {
            io.Output.Write(RowWriter.Line(forecast.Write));
            return true;
        }

        using StreamWriter output = io.TextOutput();
        output.WriteLine(forecast.ToString());
        return true;
    }
}
