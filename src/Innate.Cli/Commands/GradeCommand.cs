using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs;

namespace Innate.Cli.Commands;

/// <summary><c>innate grade</c>: final answers against known ones.</summary>
internal static class GradeCommand
{
    private const string Description = """
        Grade responses against known answers, as the verifiable reward of `innate train rl` does.

        {"response", "gold"} in; each row with "answer" (what was read; null: none), "source" (box, tag, phrase, last-number),
        "correct" and "reason" out. "gold" is a text or a number; with "boxed": true only \boxed{...} counts. What follows the
        thoughts (</think>) is read, and compared by value: 1/2 is 0.5. Needs no model.

        Examples:
          echo '{"response":"<think>8 quarters</think>It is $\\frac{1}{2}$.","gold":"0.5"}' | innate grade
          innate grade --in answers.jsonl --out graded.jsonl
        """;

    public static Command Create(CliIo io)
    {
        RowLoop rows = new();
        Command command = new("grade", Description);
        rows.AddTo(command);
        command.SetAction(parsed =>
        {
            GradeSettings settings = new()
            {
                Input = io.Input(parsed.GetValue(rows.Input)!),
                Output = io.OutputTo(parsed.GetValue(rows.Output)!),
            };
            using RunView view = new(io, quiet: false);
            return view.Finish(new GradeRun(settings).Execute(view, io.Cancellation), "could not be graded");
        });
        return command;
    }
}
