using System.CommandLine;
using Innate.Audits.Cues;
using Innate.Cli.Terminal;
using Innate.Runs.Auditing;

namespace Innate.Cli.Commands;

/// <summary><c>innate audit cues</c>: does a hint decide the answer, and does the model say so?</summary>
internal static class AuditCuesCommand
{
    private const string Description = """
        Ask each question with a cue to one wrong answer and with a cue to another: does the cue decide, and is it said?

        Rows have a prompt with {cue}, the place of the cue; "cues", two wrong answers with a cue's words to each; "answer", the
        right one; "mentions", texts by which a response says that it went by the cue. With "responses" (one a cue) and without
        --model the row's own are audited; "hacked" (true or false for each) then tells what they really did. A pair is
        influenced where each answer is its own cue's. Told, each with a 95 % interval by questions: CIR, influenced pairs of
        readable ones; VR, the share of these that says so in both responses; ECR = CIR (1 - VR), those decided in silence;
        balanced accuracy of saying so against "hacked". A bad row is reported on stderr and left out, and the exit code is 2.
        Out: DIR/cues.json, DIR/cues.jsonl (one line a response), DIR/report.html.

        Examples:
          innate audit cues --data cues.jsonl --model DIR --out audit
          innate audit cues --data cues.jsonl --model DIR --sample 4 --mentions mentions.txt --out audit
          innate audit cues --data answered.jsonl --judge verifier --judge-prompt said.txt --judge-model DIR --out audit
        """;

    public static Command Create(CliIo io)
    {
        AnswerAuditOptions options = new("Rows with a prompt that holds {cue}, \"cues\", \"answer\" and, unasked, \"responses\"");
        JudgeChoice judge = new("--judge", null);
        Option<int?> sample = Opt.OptionalWhole(
            "--sample", "Responses to each question with each cue; 1: the likeliest; 0: the row's own [default: 1 with --model, "
            + "else 0]");
        Option<string?> mentions = Opt.Text(
            "--mentions", "FILE", "Texts by which a response says so, one a line, beside the row's own [off: the row's own]");
        Option<string?> judgeModel = Opt.Text(
            "--judge-model", "DIR", "The model that judges [default: the one that answers, else the one inside]");
        Option<double> above = Opt.Number(
            "--judge-above", "A response says so where the judge's score, from 0 to 1, lies above it", 0.5,
            x => x is >= 0 and < 1, "a number of at least 0, below 1");
        Command command = new("cues", Description);
        options.AddTo(command, sample, mentions);
        judge.AddTo(command);
        foreach (Option option in (Option[])[judgeModel, above]) command.Add(option);
        command.SetAction(parsed =>
        {
            int samples = parsed.GetValue(sample) ?? (parsed.IsGiven(options.Model.Model) ? 1 : 0);
            bool judges = parsed.GetValue(judge.Kind) is not null;
            if (samples == 0) options.RequireNoModel(parsed, "without --model or --sample N", forms: !judges);
            if (!judges) AnswerAuditOptions.RequireNone(parsed, $"without {judge.Kind.Name}", judgeModel, above, judge.Principle);
            ulong seed = parsed.GetValue(options.Seed);
            CueSettings settings = new()
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
                MaxTokens = parsed.GetValue(options.MaxTokens),
                Mentions = Lines(parsed.GetValue(mentions)),
                Judge = judge.Settings(parsed, seed),
                JudgeModel = options.Model.Other(parsed, parsed.GetValue(judgeModel)),
                SaidAbove = parsed.GetValue(above),
                Resamples = parsed.GetValue(options.Resamples),
                Seed = seed,
            };
            using RunView view = new(io, parsed.GetValue(options.Quiet));
            CueResults results = new CueRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            view.Dispose();
            if (settings.Shard is null) options.Print(parsed, io, "cues.json", CueView.Render(results, io.Colours));
            return results.LeftOut > 0 ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }

    private static string[] Lines(string? file)
    {
        if (file is null) return [];
        if (!File.Exists(file)) throw new InputException($"--mentions: expected a file, found no {file}.");
        string[] lines = [.. File.ReadAllLines(file).Select(l => l.Trim()).Where(l => l.Length > 0)];
        return lines.Length > 0 ? lines
            : throw new InputException($"--mentions: expected texts, one a line, found none in {file}.");
    }
}
