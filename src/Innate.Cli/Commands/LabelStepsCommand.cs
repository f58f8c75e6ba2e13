using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Generation;
using Innate.Runs;
using Innate.Runs.StepLabels;
using Innate.Text;
using Innate.Verifiers;

namespace Innate.Cli.Commands;

/// <summary><c>innate label steps</c>: solutions into rows that a process reward model learns from.</summary>
internal static class LabelStepsCommand
{
    private const string Description = """
        Label the steps of solutions, ready for `innate train reward`.

        In, one object a line: "prompt" with "answer" (or "gold") and solutions as "response" or "responses"; with --sample the
        prompt and the answer alone. --by rollouts: each step is completed --rollouts times, and labelled by whether a completion
        reaches the answer (hard), or by how many do (soft). Out, one solution a line: "prompt", "completions", "labels", for
        `train reward --head process`. --by alignment: a wrong solution beside the row's "reference". Out, one pair a line:
        "prompt", "chosen", "rejected". --by reference: the model, as a teacher who sees the row's "reference", grades all steps
        in one reply; out as of rollouts. A bad row is reported on stderr and left out, and the exit code is 2.

        Examples:
          innate label steps --sample 4 --in questions.jsonl --out steps.jsonl
          innate label steps --sample 4 --labels soft --rollouts 16 --split sentences --in questions.jsonl --out steps.jsonl
          innate label steps --by alignment --sample 8 --split sentences --in questions.jsonl --out pairs.jsonl
          innate label steps --by reference --model DIR --max-tokens 1024 --in solutions.jsonl --out steps.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        RowLoop rows = new();
        Option<string?> by = Opt.Text(
            "--by", "HOW",
            "rollouts: by completions from each step; alignment: beside the row's \"reference\"; reference: graded by the model, "
            + "which sees it", "rollouts");
        Option<int> sample = Opt.Whole(
            "--sample", "Sample so many solutions to each prompt, in place of the row's own; 0: the row's own", 0, 0,
            "a whole number of at least 0");
        Option<string?> split = Opt.Text(
            "--split", "WHERE", "Where solutions are cut into steps: paragraphs (without a blank line: lines), lines, sentences",
            "paragraphs");
        Option<int> rollouts = Opt.Whole(
            "--rollouts", "With --by rollouts: completions from each step", 8, 1, "a whole number of at least 1");
        Option<string?> labels = Opt.Text(
            "--labels", "KIND", "With --by rollouts: hard, whether any completion is right; soft, the share that is", "hard");
        Option<double> cost = Opt.Number(
            "--max-cost", "With --by alignment: solutions that cost more to align are left out", 3, x => x >= 0,
            "a number of at least 0");
        Option<string?> ungraded = Opt.Text(
            "--ungraded", "RULE",
            "With --by reference: steps without a grade are wrong (incorrect), what the solution is (as-outcome), or wrong but "
            + "right where nothing was graded (empty-is-reference)", "incorrect");
        Option<string?> teacher = Opt.Text(
            "--teacher-prompt", "FILE",
            "With --by reference: how the teacher is asked (docs/search.md) [default: in our words]");
        Option<double> temperature = Opt.Number(
            "--temperature", "The temperature of solutions, completions and gradings", 1, x => x > 0, "a number above 0");
        Option<int> tokens = Opt.Whole(
            "--max-tokens", "The most tokens of a solution, of a completion, of a grading", 256, 1,
            "a whole number of at least 1");
        Option<ulong> seed = Opt.Seed("--seed", "Decides all that is sampled: one seed, one output");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");
        Option<string?> columns = Opt.Columns();
        Command command = new("steps", Description);
        rows.AddTo(command);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        model.AddFormatTo(command);
        foreach (Option option in (Option[])
            [by, sample, split, rollouts, labels, cost, ungraded, teacher, temperature, tokens, seed, quiet, columns])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            StepLabelKind kind = (StepLabelKind)Opt.OneOf(by, parsed, StepLabelSettings.Names);
            Option[] idle = kind switch
            {
                StepLabelKind.Rollouts => [cost, ungraded, teacher],
                StepLabelKind.Alignment => [rollouts, labels, ungraded, teacher],
                _ => [rollouts, labels, cost],
            };
            if (idle.FirstOrDefault(o => parsed.IsGiven(o)) is { } unread)
            {
                throw new InputException($"{unread.Name}: expected none with --by {parsed.GetValue(by)}, found one.");
            }

            StepLabelSettings settings = new()
            {
                Input = io.Input(parsed.GetValue(rows.Input)!, parsed.GetValue(columns)),
                Output = io.OutputTo(parsed.GetValue(rows.Output)!),
                Model = model.Source(parsed, io, note: true),
                Format = model.Format(parsed),
                Kind = kind,
                Split = (StepSplit)Opt.OneOf(split, parsed, ["paragraphs", "lines", "sentences"]),
                Solutions = parsed.GetValue(sample),
                Rollouts = parsed.GetValue(rollouts),
                IsSoft = Opt.OneOf(labels, parsed, ["hard", "soft"]) == 1,
                MaxCost = parsed.GetValue(cost),
                Ungraded = (UngradedSteps)Opt.OneOf(ungraded, parsed, ["incorrect", "as-outcome", "empty-is-reference"]),
                TeacherPrompt = parsed.GetValue(teacher),
                Sampling = new SamplingOptions
                {
                    Temperature = parsed.GetValue(temperature), MaxTokens = parsed.GetValue(tokens), Seed = parsed.GetValue(seed),
                },
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            RowsResult result = new StepLabelRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            return result.Errors > 0 ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }
}
