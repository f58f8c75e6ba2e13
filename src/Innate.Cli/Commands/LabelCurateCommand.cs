using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs;
using Innate.Runs.Curation;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate label curate</c>: pairs whose labels are doubted.</summary>
internal static class LabelCurateCommand
{
    private const string Description = """
        Curate preference pairs: a judge that is shown the nearest labelled pairs turns round what it calls wrong.

        In, one object a line: a prompt, "chosen", "rejected". A reward says how sure the label is, p = sigma(r_chosen -
        r_rejected); the judge is shown --examples of the nearest pairs in --gold where p is at most 0.5, else ceil(--examples *
        (1 - p)). Out, the pairs on which the judge decides, with "flipped", "sureness" and "examples" beside the row's
        other fields. A bad row is reported on stderr and left out, and the exit code is 2.

        Examples:
          innate label curate --gold labelled.jsonl --reward-model run/final --in pairs.jsonl --out curated.jsonl
          innate label curate --model DIR --judge reasongrm --votes 4 --gold labelled.jsonl --in pairs.jsonl --out curated.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RowLoop rows = new();
        JudgeChoice judge = new("--judge", "pairwise");
        Option<string?> gold = Opt.Text(
            "--gold", "FILE", "Pairs that people have labelled, of which the nearest are shown to the judge [off: none]");
        Option<string?> rewardModel = Opt.Text(
            "--reward-model", "DIR", "The model whose usual reward says how sure a label is [default: the one that judges]");
        Option<int> examples = Opt.Whole(
            "--examples", "The most examples beside a pair", CurationSettings.UsualExamples, 1, "a whole number of at least 1");
        Option<ulong> seed = Opt.Seed("--seed", "Decides the judge's reasoning");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");
        Option<string?> columns = Opt.Columns();
        Command command = new("curate", Description);
        rows.AddTo(command);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        judge.AddTo(command);
        model.AddFormatTo(command);
        foreach (Option option in (Option[])[gold, rewardModel, examples, seed, quiet, columns]) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.IsGiven(examples) && parsed.GetValue(gold) is null)
            {
                throw new InputException($"{examples.Name}: expected {gold.Name} beside it, found none.");
            }

            CurationSettings settings = new()
            {
                Input = io.Input(parsed.GetValue(rows.Input)!, parsed.GetValue(columns)),
                Output = io.OutputTo(parsed.GetValue(rows.Output)!),
                Gold = parsed.GetValue(gold),
                Model = model.Source(parsed, io, note: true),
                RewardModel = model.Other(parsed, parsed.GetValue(rewardModel)),
                Judge = judge.Settings(parsed, parsed.GetValue(seed))!,
                Examples = parsed.GetValue(examples),
                Format = model.Format(parsed),
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            RowsResult result = new CurationRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            return result.Errors > 0 ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }
}
