using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Rows.Shards;
using Innate.Runs;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate label</c>: responses into preferences.</summary>
internal static class LabelCommand
{
    private const string Description = """
        Turn responses into chosen and rejected ones, ready for `innate train dpo`.

        In, one object a line: "prompt" or "messages" with "responses" (or "chosen" and "rejected", to be judged anew); with
        --sample the prompt alone. Out, one preference a line: "prompt", "chosen", "rejected", "reward_chosen",
        "reward_rejected", "margin", and the row's other fields. Ties, margins that are too small, and pairs on which a pairwise
        judge abstains are dropped and counted; a bad row is reported on stderr and left out, and the exit code is 2.

        Examples:
          innate label --in responses.jsonl --out pairs.jsonl --min-margin 0.5
          innate label --sample 8 --in prompts.jsonl --out pairs.jsonl
          innate label --engine http://a:8000 --model DIR --reward mean-log-likelihood --in responses.jsonl --out pairs.jsonl
          innate label --judge pairwise --pairs all --in responses.jsonl --out pairs.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        ScorerChoice scorer = new();
        GuidanceChoice guidance = new();
        SampleChoice sample = new();
        RowLoop rows = new();
        Option<int> count = Opt.Whole(
            "--sample", "Sample so many responses to each prompt, in place of the row's own; 0: the row's own", 0, 0,
            "a whole number of at least 0");
        Option<string?> which = Opt.Text(
            "--pairs", "WHICH", "best-worst: one pair a row; all: every pair, the better one chosen", "best-worst");
        Option<double> margin = Opt.Number(
            "--min-margin", "The least difference of the scores; a tie is dropped whatever it is", 0, x =>
                x >= 0, "a number of at least 0");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");
        Option<string?> columns = Opt.Columns();
        Command command = new("label", Description);
        rows.AddTo(command);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        scorer.AddTo(command);
        guidance.AddTo(command);
        model.AddFormatTo(command);
        command.Add(count);
        sample.AddTo(command);
        ShardChoice shards = new();
        Option<bool> resume = Opt.Flag(
            "--resume", "Go on after the rows that an interrupted run has done (--out's .partial); a part (--shard) does by "
            + "itself [off: start anew]");
        foreach (Option option in (Option[])[which, margin, resume, shards.Shard, quiet]) command.Add(option);
        command.Add(columns);
        command.Add(LabelStepsCommand.Create(io));
        command.Add(LabelJudgementsCommand.Create(io));
        command.Add(LabelCurateCommand.Create(io));
        command.SetAction(parsed =>
        {
            RowShard? shard = shards.Of(parsed);
            int n = parsed.GetValue(count);
            if (n == 0) sample.RequireNone(parsed, "--sample N");
            ModelSource source = model.Source(parsed, io, note: true);
            LabelSettings settings = new()
            {
                AllPairs = parsed.GetValue(which) switch
                {
                    "all" => true,
                    "best-worst" => false,
                    string other => throw new InputException($"--pairs: expected best-worst, all, found '{other}'."),
                    null => false,
                },
                MinMargin = parsed.GetValue(margin),
                Sample = n == 0 ? null : sample.Settings(parsed, model, n),
                Scorer = scorer.Settings(parsed, model, source, io, parsed.GetValue(sample.Seed), samples: n > 0) with
                {
                    Guided = guidance.Of(parsed),
                },
                Format = model.Format(parsed),
                Input = ShardChoice.Input(io.Input(parsed.GetValue(rows.Input)!, parsed.GetValue(columns)), shard),
                Output = io.OutputTo(ShardChoice.Output(parsed.GetValue(rows.Output)!, shard)),
                Model = source,
                Resume = parsed.GetValue(resume),
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            RowsResult result = new LabelRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            return result.IsClean ? ExitCodes.Success : ExitCodes.BadInput;
        });
        return command;
    }
}
