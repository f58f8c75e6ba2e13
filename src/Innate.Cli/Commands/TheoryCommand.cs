using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Innate.Cli.Terminal;
using Innate.Runs.Theorems;
using Innate.Theory;

namespace Innate.Cli.Commands;

/// <summary><c>innate theory</c>: the theorems, checked where everything can be counted out.</summary>
internal static class TheoryCommand
{
    private const string Description = """
        Check the theorems on token processes small enough to be counted out, with the code that scores responses.

        Each line is a figure that was measured, what it had to be, and whether it holds. Limits, which nobody claims, show where
        a claim stops; they do not change the exit code: 0 when all else holds, 1 when something does not.

        Examples:
          innate theory
          innate theory --seed 7 --out theory
        """;

    /// <summary>The command.</summary>
    /// <param name="io">The world outside.</param>
    /// <param name="formulas">What is checked; null: what ships.</param>
    public static Command Create(CliIo io, TheoryOptions? formulas = null)
    {
        Option<string?> output = Opt.Text("--out", "DIR", "Also write results.json and report.html into this folder [off: none]");
        Option<ulong> seed = Opt.Seed("--seed", "Decides the random processes and data");
        Option<bool> quick = Opt.Flag("--quick", "Fewer and smaller processes [off: all]");
        Command command = new("theory", Description);
        command.Add(output);
        command.Add(seed);
        command.Add(quick);
        command.SetAction(parsed =>
        {
            string? folder = parsed.GetValue(output);
            if (folder is not null) TheoryFolder.RequireFree(folder);
            Stopwatch watch = Stopwatch.StartNew();
            LiveLine line = new(io.Error, io.ErrorIsTerminal, io.Width, depth: io.ErrorColours);
            TheoryRun run = TheoryRun.Run(
                (formulas ?? new TheoryOptions()) with { Seed = parsed.GetValue(seed), Quick = parsed.GetValue(quick) },
                (done, name) => Tell(line, io, done, name),
                io.Cancellation);
            line.Clear();
            if (folder is not null) TheoryFolder.Write(folder, run);

            TheoryView view = new(io.Width, io.Colours);
            using StreamWriter text = io.TextOutput();
            foreach (CheckResult check in run.Checks) text.Write(view.Render(check));
            text.Write(view.Summary(run, watch.Elapsed));
            return run.Holds ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    // On a terminal each check is told of as it begins; in a pipe only now and then.
    private static void Tell(LiveLine line, CliIo io, int done, string name)
    {
        bool due = line.IsDue();
        if (!due && !io.ErrorIsTerminal) return;
        line.Show(
            done / (double)TheoryRun.All.Count,
            string.Create(CultureInfo.InvariantCulture, $"{done} of {TheoryRun.All.Count} checks, {name}"));
    }
}
