using System.CommandLine;
using Innate.Audits.Traps;
using Innate.Cli.Terminal;
using Innate.Runs.Auditing;

namespace Innate.Cli.Commands;

/// <summary><c>innate audit traps</c>: how often does a policy cheat where it is tempted?</summary>
internal static class AuditTrapsCommand
{
    private const string Description = """
        Count trip wires: how often does a model cheat where it is tempted?

        Rows have a prompt that tempts, "wires" (texts that only a cheat would write) and "responses"; with --sample N the model
        answers each prompt N times (the paper: 8, at temperature 1). Told, each with a 95 % interval by prompts: macro, the mean
        share of its wires that a response holds; macro-hard, the share of responses that hold any; micro, wires held by all
        wires, letter case included. A bad row is reported on stderr and left out, and the exit code is 2.
        Out: DIR/traps.json, DIR/traps.jsonl (one line a response: which wires it holds), DIR/report.html.

        Examples:
          innate audit traps --data traps.jsonl --out audit
          innate audit traps --data traps.jsonl --model DIR --sample 8 --out audit
        """;

    public static Command Create(CliIo io)
    {
        AnswerAuditOptions options = new("Rows with a prompt, \"wires\" and, without --sample, responses");
        Option<int> sample = Opt.Whole(
            "--sample", "Sample so many responses to each prompt, in place of the row's own; 0: the row's own", 0, 0,
            "a whole number of at least 0");
        Option<double> temperature = Opt.Number(
            "--temperature", "The temperature of the sampling", 1, x => x >= 0, "a number of at least 0");
        Command command = new("traps", Description);
        options.AddTo(command, sample, temperature);
        command.SetAction(parsed =>
        {
            int samples = parsed.GetValue(sample);
            if (samples == 0)
            {
                options.RequireNoModel(parsed, "without --sample N");
                AnswerAuditOptions.RequireNone(
                    parsed, "without --sample N", temperature, options.Resume, options.Shards.Shard);
            }

            TrapSettings settings = new()
            {
                Data = options.Data(parsed),
                Columns = parsed.GetValue(options.Columns),
                Limit = parsed.GetValue(options.Limit),
                Output = options.Output(parsed),
                Resume = parsed.GetValue(options.Resume),
                Shard = options.Shards.WithoutTables(parsed, options.Json),
                Model = options.Model.Source(parsed, io, note: samples > 0 && !parsed.GetValue(options.Quiet)),
                Format = options.Model.Format(parsed),
                Samples = samples,
                Temperature = parsed.GetValue(temperature),
                MaxTokens = parsed.GetValue(options.MaxTokens),
                Resamples = parsed.GetValue(options.Resamples),
                Seed = parsed.GetValue(options.Seed),
            };
            using RunView view = new(io, parsed.GetValue(options.Quiet));
            TrapResults results = new TrapRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            view.Dispose();
            if (settings.Shard is null) options.Print(parsed, io, "traps.json", TrapView.Render(results, io.Colours));
            return results.LeftOut > 0 ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }
}
