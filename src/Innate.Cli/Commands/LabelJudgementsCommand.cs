using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Judges;
using Innate.Runs;
using Innate.Runs.Judgements;

namespace Innate.Cli.Commands;

/// <summary><c>innate label judgements</c>: responses with known worth into rows that a judge learns from.</summary>
internal static class LabelJudgementsCommand
{
    private const string Description = """
        Turn responses whose worth is known into rows that a judge learns from, as its paper trains it.

        In, one object a line: "prompt" with "chosen" and "rejected"; with "responses" and "scores"; or with "completions"
        (steps) and "labels". A row's "principle" is what it is judged by.
        --for sft: judgements that say what is known ("prompt", "completion"): genrm the verdict alone, the others what the model
        writes itself, of several the first (reasongrm: the one with the highest R*). Of genrm and genrm-cot as many say yes as
        no, and "verifies" tells `train sft --objective genrm` what they are; --solutions adds right responses to their prompts.
        --for dpo: one that says what is known against one that says otherwise ("chosen", "rejected").
        --for rl: questions with what is known ("messages", "judged"), for `train rl --recipe spct` and `rewardanything`.
        A bad row is reported on stderr and left out, and the exit code is 2.

        Examples:
          innate label judgements --kind genrm --solutions --in pairs.jsonl --out rows.jsonl
          innate label judgements --kind reasongrm --for dpo --votes 8 --model DIR --in pairs.jsonl --out rows.jsonl
          innate label judgements --kind thinkprm --votes 4 --model DIR --in steps.jsonl --out rows.jsonl
          innate label judgements --kind spct --for rl --model DIR --in ranked.jsonl --out rows.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        JudgeChoice choice = new("--kind", "genrm");
        RowLoop rows = new();
        Option<string?> use = Opt.Text("--for", "USE", "What the rows are for: sft, dpo, rl", "sft");
        Option<bool> solutions = Opt.Flag(
            "--solutions", "genrm, genrm-cot: right responses to their own prompts too [off: judgements alone]");
        Option<ulong> seed = Opt.Seed("--seed", "Decides what the judge writes: one seed, one output");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");
        Option<string?> columns = Opt.Columns();
        Command command = new("judgements", Description);
        choice.AddTo(command);
        foreach (Option option in (Option[])[use, solutions]) command.Add(option);
        rows.AddTo(command);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        foreach (Option option in (Option[])[model.Raw, model.Template, seed, quiet, columns]) command.Add(option);
        command.SetAction(parsed =>
        {
            JudgementSettings settings = new()
            {
                Input = io.Input(parsed.GetValue(rows.Input)!, parsed.GetValue(columns)),
                Output = io.OutputTo(parsed.GetValue(rows.Output)!),
                Model = model.Source(parsed, io, note: true),
                Format = model.Format(parsed),
                Judge = choice.Settings(parsed, parsed.GetValue(seed))!,
                Use = (JudgementUse)Opt.OneOf(use, parsed, ["sft", "dpo", "rl"]),
                Solutions = parsed.GetValue(solutions),
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            RowsResult result = new JudgementRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            return result.Errors > 0 ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }
}
