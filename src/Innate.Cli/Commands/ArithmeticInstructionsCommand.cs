using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate arithmetic instructions</c>: questions with constraints, as hard as a model needs them.</summary>
internal static class ArithmeticInstructionsCommand
{
    private const string Description = """
        Write questions with constraints that rules check.

        They are rows for `innate train rl --recipe ifdecorator`, made by IFDecorator's flywheel (arXiv 2508.04632): round n adds
        n to 3n constraints to a question, and the model answers it 8 times at temperature 1. One that passes more than half of
        these is easy and goes into the next round; another is hard, and is written. A response passes where it ends, keeps all
        constraints and gives the right answer. Rows: "prompt", "constraints", "intent", "pool", "pass_rate", "round".

        Examples:
          innate arithmetic instructions --count 500 --seed 1 --out instructions.jsonl
          innate arithmetic instructions --model DIR --count 500 --easy --out instructions.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        Option<int> count = Opt.Whole("--count", "How many questions to begin with", 100, 1, "a whole number of at least 1");
        Option<ulong> seed = Opt.Seed("--seed", "Decides questions, constraints and samples: one seed, one output");
        Option<bool> heldOut = Opt.Flag(
            "--held-out", "Take the questions that are kept for measuring [off: only the others, for training]");
        Option<int> rollouts = Opt.Whole("--rollouts", "Responses to each instruction", 8, 1, "a whole number of at least 1");
        Option<int> rounds = Opt.Whole("--rounds", "The most rounds", 5, 1, "a whole number of at least 1");
        Option<int> tokens = Opt.Whole(
            "--max-tokens", "The most tokens of a response; a longer one does not pass", 64, 1, "a whole number of at least 1");
        Option<bool> easy = Opt.Flag("--easy", "Write those that stayed easy too [off: hard ones alone]");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "The lines; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress and no summary on stderr [off: show them]");
        Command command = new("instructions", Description);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        foreach (Option option in (Option[])[count, seed, heldOut, rollouts, rounds, tokens, easy, output, quiet])
        {
            command.Add(option);
        }

        model.AddFormatTo(command);
        command.SetAction(parsed =>
        {
            InstructionSettings settings = new()
            {
                Output = io.OutputTo(parsed.GetValue(output)!),
                Model = model.Source(parsed, io, note: !parsed.GetValue(quiet)),
                Format = model.Format(parsed),
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                HeldOut = parsed.GetValue(heldOut),
                Rollouts = parsed.GetValue(rollouts),
                Rounds = parsed.GetValue(rounds),
                MaxTokens = parsed.GetValue(tokens),
                Easy = parsed.GetValue(easy),
            };
            using RunView view = new(io, parsed.GetValue(quiet));
            new InstructionRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            return ExitCodes.Success;
        });
        return command;
    }
}
