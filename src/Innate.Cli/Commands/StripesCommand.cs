using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Innate.Rows;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate stripes</c>: pictures as rows of ids, and whether they show what was asked.</summary>
internal static class StripesCommand
{
    private const string Description = """
        Make and check pictures of stripes: a world for models whose tokens are no text (docs/tokens.md).

        A picture is 8 x 8 cells of two colours, 64 ids after a label of two: h2, h3, v2, v3 (horizontal and vertical, two or
        three cells wide), r2, r3, f2, f3 (rising and falling), o1 (one colour). It is right where at most 3 cells differ from
        what its label asks, wherever the stripes begin.

        Examples:
          innate stripes generate --count 20000 --seed 1 --out pictures.jsonl
          innate generate --model DIR --in prompts.jsonl --raw --json | innate stripes grade
          innate train rl --model DIR --data prompts.jsonl --raw --preset grpo --reward 'command(run="innate stripes check")'
        """;

    public static Command Create(CliIo io)
    {
        Command command = new("stripes", Description);
        command.Add(Generate(io));
        command.Add(Check(io));
        command.Add(Grade(io));
        return command;
    }

    private static Command Generate(CliIo io)
    {
        Option<string?> content = Opt.Text(
            "--for", "WHAT", "pictures: to learn from, some without a label; pairs: a right and a wrong one (chosen_ids, "
            + "rejected_ids); candidates: one of every label, to be ranked; prompts: labels alone, for generate and train rl",
            "pictures");
        Option<int> count = Opt.Whole("--count", "How many rows", 1000, 0, "a whole number of at least 0");
        Option<ulong> seed = Opt.Seed("--seed", "Decides everything: one seed, one output");
        Option<double> noise = Opt.Number(
            "--noise", "The most that a cell is likely to have the other colour; each picture's is drawn from 0 to it", 0.12,
            x => x is >= 0 and <= 0.5, "a number from 0 to 0.5");
        Option<double> unlabelled = Opt.Number(
            "--unlabelled", "Of pictures: the share with the null prompt -- in its label's place", 0.2, x => x is >= 0 and <= 1,
            "a share from 0 to 1");
        Option<string?> labels = Opt.Text(
            "--labels", "WHICH", "all, held-out (v3 and r2, which are kept for measuring), or others", "all");
        Option<string?> output = Opt.Text(
            "--out", "FILE", "The rows; - is the pipe. A file is written as FILE.partial until it is complete", "-");
        Command command = new(
            "generate", "Write pictures as rows of ids.\n\nExample:\n  innate stripes generate --for pairs --labels others --out "
            + "pairs.jsonl");
        foreach (Option option in (Option[])[content, count, seed, noise, unlabelled, labels, output]) command.Add(option);
        command.SetAction(parsed =>
        {
            string[] contents = ["pictures", "pairs", "candidates", "prompts"], which = ["all", "held-out", "others"];
            StripesContent made = (StripesContent)Opt.OneOf(content, parsed, contents);
            if (made != StripesContent.Pictures && parsed.IsGiven(unlabelled))
            {
                throw new InputException("--unlabelled: expected none without --for pictures, found one.");
            }

            _ = new StripesRun(new StripesSettings
            {
                Output = io.OutputTo(parsed.GetValue(output)!),
                Content = made,
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed),
                Noise = parsed.GetValue(noise),
                Unlabelled = parsed.GetValue(unlabelled),
                HeldOut = Opt.OneOf(labels, parsed, which) switch { 1 => true, 2 => false, _ => null },
            }).Execute(cancellation: io.Cancellation);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Check(CliIo io)
    {
        Command command = new("check", """
            The reward 1 for a right picture and 0 for a wrong one, as a program that rewards: each line of the pipe has
            "response" (. and #) and "label", and is answered with a line. No picture earns 0.

            Example:
              innate train rl --data prompts.jsonl --raw --preset grpo --reward 'command(run="innate stripes check")'
            """);
        command.SetAction(_ =>
        {
            using RowInput rows = RowInput.Open(io.Input("-"));
            using StreamWriter output = io.TextOutput();
            while (rows.Lines.ReadNext() is { } line)
            {
                io.Cancellation.ThrowIfCancellationRequested();
                output.WriteLine(Placed(line, StripesGrade.IsRight) ? 1 : 0);
                output.Flush();
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Grade(CliIo io)
    {
        Option<string?> input = Opt.Text("--in", "FILE", "The lines of innate generate --json; - is the pipe", "-");
        Command command = new(
            "grade", "How many sampled pictures are right, by label, with Wilson's 95 % interval: one JSON object.\n\nExample:\n"
            + "  innate generate --model DIR --in prompts.jsonl --raw --json | innate stripes grade");
        command.Add(input);
        command.SetAction(parsed =>
        {
            using RowInput rows = RowInput.Open(io.Input(parsed.GetValue(input)!));
            List<JsonElement> lines = [];
            while (rows.Lines.ReadNext() is { } line) lines.Add(Placed(line, row => row));
            IReadOnlyList<StripesGrade> grades = StripesGrade.Of(lines);
            io.Output.Write(RowWriter.Line(w =>
            {
                foreach (StripesGrade grade in grades)
                {
                    w.WriteStartObject(grade.Label);
                    w.WriteNumber("n", grade.Count);
                    w.WriteNumber("right", grade.Right);
                    w.WriteNumber("rate", grade.Rate);
                    w.WriteNumber("low", grade.Low);
                    w.WriteNumber("high", grade.High);
                    w.WriteEndObject();
                }
            }));
            return ExitCodes.Success;
        });
        return command;
    }

    private static T Placed<T>(InputLine line, Func<JsonElement, T> read)
    {
        try
        {
            return RowJson.Guard(() => read(RowJson.ParseObject(line)));
        }
        catch (InputException e)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: {e.Message}."), e);
        }
    }
}
