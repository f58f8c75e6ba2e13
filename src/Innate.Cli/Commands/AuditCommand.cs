using System.CommandLine;
using Innate.Audits;
using Innate.Audits.Contamination;
using Innate.Cli.Terminal;
using Innate.Runs.Auditing;

namespace Innate.Cli.Commands;

/// <summary><c>innate audit</c>: what else does this reward prefer?</summary>
internal static class AuditCommand
{
    private const string Description = """
        Audit a reward: what else does it prefer?

        Your responses and exact edits of them are scored together: a filler sentence, bold words, a list, certainty, flattery,
        the prompt repeated, a truncation, stop words of another language; names, pronouns, nationalities and religions swapped;
        true answers beside false ones. Each difference in standard deviations of the reward over your responses, with an
        interval, and an accusation where it is not 0 at 5 %, by Holm's correction. A model after training scores the same pairs.
        Out: DIR/audit.json, DIR/pairs.jsonl (one line a prompt), DIR/report.html.
        Answers in place of rewards: `audit traps` counts texts that only a cheat would write, `audit cues` asks whether a hint
        decides and is owned up to.
        Contamination, in place of it: does the model know the questions of a benchmark by heart? DIR/contamination.json.

        Examples:
          innate audit --data rows.jsonl --out audit
          innate audit --data rows.jsonl --model DIR --reward endogenous --reward self-certainty --judge pairwise --out audit
          innate audit --data rows.jsonl --model DIR --after run/final --rm-bench rm-bench --out audit
          innate audit --data rows.jsonl --model DIR --edit bold --edit flattery --words words.json --out audit
          innate audit --data rows.jsonl --model DIR --out audit --shard 3/7
          innate audit --data rows.jsonl --engine http://a:8000 --model DIR --reward log-likelihood --out audit
          innate audit --contamination --data questions.jsonl --model DIR --out audit
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        AuditOptions options = new();
        Command command = new("audit", Description);
        options.AddFirst(command);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        options.AddRest(command);
        model.AddFormatTo(command);
        command.Add(AuditKeysCommand.Create(io));
        command.Add(AuditTrapsCommand.Create(io));
        command.Add(AuditCuesCommand.Create(io));
        command.SetAction(parsed =>
        {
            using RunView view = new(io, parsed.GetValue(options.Quiet));
            if (parsed.GetValue(options.Contamination))
            {
                ContaminationRun run = new(options.Questions(parsed, model, io)) { OpenModel = io.OpenSource };
                ContaminationResults found = run.Execute(view, io.Cancellation);
                view.Dispose();
                return Write(io, AuditView.Render(found, io.Colours));
            }

            AuditSettings settings = options.Settings(parsed, model, io);
            AuditResults results = new AuditRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            view.Dispose();
            if (settings.Shard is not null) return ExitCodes.Success;
            if (!parsed.GetValue(options.Json)) return Write(io, AuditView.Render(results, io.Colours));
            io.Output.Write(File.ReadAllBytes(Path.Combine(settings.Output, "audit.json")));
            return ExitCodes.Success;
        });
        return command;
    }

    private static int Write(CliIo io, string view)
    {
        using StreamWriter text = io.TextOutput();
        text.Write(view);
        return ExitCodes.Success;
    }
}
