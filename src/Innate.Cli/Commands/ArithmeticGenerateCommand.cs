using System.CommandLine;
using Innate.Benchmarks.Arithmetic;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate arithmetic generate</c>: demonstrations or questions as JSON lines.</summary>
internal static class ArithmeticGenerateCommand
{
    private const string Description = """
        Write demonstrations, questions alone, or a benchmark.

        Line i depends on the seed and i only. Held-out questions never occur without --held-out.

        Examples:
          innate arithmetic generate --count 200000 --seed 1 --out train.jsonl
          innate arithmetic generate --count 500 --held-out --questions --style markdown --out questions.jsonl
          innate arithmetic generate --count 500 --bench --out arith-bench.json
        """;

    public static Command Create(CliIo io)
    {
        Option<int> count = Opt.Whole("--count", "How many lines", 1000, 0, "a whole number of at least 0");
        Option<ulong> seed = Opt.Seed("--seed", "Decides everything: one seed, one output");
        Option<bool> heldOut = Opt.Flag(
            "--held-out", "Take the questions that are kept for measuring [off: only the others, for training]");
        Option<bool> questions = Opt.Flag(
            "--questions", "Rows for `innate generate --in`: questions and right answers [off: demonstrations]");
        Option<string?> style = Opt.Text(
            "--style", "STYLE",
            "With --questions: ask for this style in a system message: concise, plain or markdown [off: ask for none]");
        Option<string?> with = Opt.Text(
            "--with", "FIELD,...",
            "With --questions: what may be asked for beside the answer: hint, rephrased, demonstration, reference (the right "
            + "answer step by step), documents (texts of which every second question's hold its answer), constraints (one that a "
            + "rule checks, with the intent) [off: none]");
        Option<double?> slips = Opt.OptionalNumber(
            "--slips", "The share of demonstrated answers that hold a slip, from 0 to 1 [default: 0.15]");
        Option<bool> alike = Opt.Flag(
            "--slips-alike", "Every slip is the same one: the answer is one too high [off: of all kinds]");
        Option<bool> bench = Opt.Flag(
            "--bench", "Items of arith-bench in RM-Bench's layout, one JSON array: held-out questions, right and wrong answers "
            + "in three styles [off]");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "The lines; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Command command = new("generate", Description);
        command.Add(count);
        command.Add(seed);
        command.Add(heldOut);
        command.Add(questions);
        command.Add(style);
        command.Add(with);
        command.Add(slips);
        command.Add(alike);
        command.Add(bench);
        command.Add(output);
        command.SetAction(parsed =>
        {
            bool asksQuestions = parsed.GetValue(questions), makesBench = parsed.GetValue(bench);
            if (asksQuestions && makesBench) throw new InputException("--bench: expected none beside --questions, found both.");
            ArithmeticSettings settings = new()
            {
                Output = io.OutputTo(parsed.GetValue(output)!),
                Content = makesBench ? ArithmeticContent.Bench
                    : asksQuestions ? ArithmeticContent.Questions
                    : ArithmeticContent.Demonstrations,
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                HeldOut = parsed.GetValue(heldOut),
                Style = Style(parsed.GetValue(style)),
                Slips = parsed.GetValue(slips), SlipsAlike = parsed.GetValue(alike),
                With = parsed.GetValue(with)?.Split(',') ?? [],
            };
            new ArithmeticRun(settings).Execute(cancellation: io.Cancellation);
            return ExitCodes.Success;
        });
        return command;
    }

    private static AnswerStyle? Style(string? name) => name is null
        ? null
        : ArithmeticNames.Style(name)
            ?? throw new InputException(
                $"--style: expected {string.Join(", ", ArithmeticNames.Styles)}, "
                + $"found '{name}'{NearestName.Hint(name, ArithmeticNames.Styles)}.");
}
