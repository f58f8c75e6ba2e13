using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Judges;
using Innate.Reports;
using Innate.Runs.Aligning;
using Innate.Runs.Aligning.Handover;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary><c>innate align</c>: from a model and prompts to a measured better one.</summary>
internal static class AlignCommand
{
    private const string Description = """
        Align a model with its own reward in one run, and say whether it got better.

        Prompts are dealt into three sets: to learn from, to choose the model by, and to judge it by at the end. The plan is told
        first. Verdicts: better (the measure's paired 95 % interval lies above 0, and no guard is broken), worse or hacked, not
        shown; without the first the model of the start is kept. DIR/run.html shows the run while it goes on.

        Examples:
          innate arithmetic generate --questions --count 600 --out questions.jsonl
          innate align --prompts questions.jsonl --out aligned
          innate align --model DIR --prompts prompts.jsonl --judge-model OTHER --system "Answer in one sentence." --out aligned
          innate align --prompts questions.jsonl --method dpo --out aligned --dry-run
          innate align --model DIR --prompts questions.jsonl --on trl --out trl-run     # a folder for TRL; trains nothing here
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        SettingOptions<AlignSettings> options = new(AlignTable.Align);
        ProfileChoice profile = new();
        Option<string?> judgeModel = Opt.Text(
            "--judge-model", "DIR", "The model whose verdicts are the measure; another than the one that learns [off: none]");
        Option<string?> judge = Opt.Text("--judge", "NAME", $"How it judges: {string.Join(", ", JudgeNames.OfOne)}", "verifier");
        Option<bool> dryRun = Opt.Flag("--dry-run", "Tell the plan and write nothing [off: run]");
        Option<bool> quiet = Opt.Flag("--quiet", "No plan and no progress on stderr [off]");
        Command command = new("align", Description);
        model.AddModelTo(command, computes: false);
        options.AddTo(command);
        command.Add(profile.Profile);
        command.Add(judgeModel);
        command.Add(judge);
        command.Add(dryRun);
        command.Add(quiet);
        model.AddFormatTo(command);
        command.SetAction(parsed =>
        {
            List<InputProblem> problems = [];
            AlignSettings defaults = new() { Prompts = "", Output = "" };
            AlignSettings settings = options.Read(parsed, defaults, problems);
            HashSet<string> given = options.Given(parsed);
            if (profile.Term(parsed, "--reward", "--raw") is { } term)
            {
                settings = options.Put(settings, "Rewards", [term], problems);
                given.Add("Rewards");
            }

            problems.AddRange(AlignTable.Align.Problems(settings, settings, given));
            JudgeKind? kind = JudgeNames.Parse(parsed.GetValue(judge)!);
            if (!JudgeNames.OfOne.Contains(parsed.GetValue(judge)))
            {
                problems.Add(new InputProblem(
                    "Judge", $"one of {string.Join(", ", JudgeNames.OfOne)}",
                    $"'{parsed.GetValue(judge)}'{NearestName.Hint(parsed.GetValue(judge)!, JudgeNames.OfOne)}"));
            }

            if (settings.On is not null && parsed.GetResult(judge) is { Implicit: false })
            {
                problems.Add(new InputProblem(
                    "Judge", "none beside {On}: nothing is measured there", $"'{parsed.GetValue(judge)}'"));
            }

            if (problems.Count > 0) throw new InputException(problems);
            settings = settings with
            {
                Model = model.Source(parsed, io, note: false),
                Format = model.Format(parsed),
                JudgeModel = parsed.GetValue(judgeModel) is { } other
                    ? new ModelSource { Model = other, Threads = model.Source(parsed, io, note: false).Threads }
                    : null,
                Judge = new JudgeSettings { Kind = kind!.Value },
            };
            string aligned = settings.LoraRank > 0 ? "--adapter ." : "--model .";
            settings = settings with { Usage = [$"innate generate {aligned} --prompt \"...\"", $"innate serve {aligned}"] };
            if (settings.On is not null) return HandOver(settings, parsed.GetValue(dryRun), io);
            AlignRun run = new(settings) { OpenModel = io.OpenSource };
            using StreamWriter output = io.TextOutput();
            if (parsed.GetValue(dryRun))
            {
                Write(output, run.Plan(io.Cancellation).Lines);
                return ExitCodes.Success;
            }

            AlignResult result;
            using (RunView view = new(io, parsed.GetValue(quiet))) result = io.Saving(() => run.Execute(view, io.Cancellation));
            Write(output, result.Lines);
            return ExitCodes.Success;
        });
        return command;
    }

    private static int HandOver(AlignSettings settings, bool dryRun, CliIo io)
    {
        if (dryRun) throw new InputException("--dry-run: expected none beside --on, which trains nothing here.");
        HandoverResult result = io.Saving(
            () => new HandoverRun(settings) { OpenModel = io.OpenSource }.Execute(null, io.Cancellation));
        using StreamWriter output = io.TextOutput();
        Write(output, [new("files", string.Join(", ", result.Files)), .. result.Next.Select(n => new Fact("next", n))]);
        return ExitCodes.Success;
    }

    private static void Write(TextWriter output, IReadOnlyList<Fact> lines)
    {
        int name = lines.Max(l => l.Name.Length);
        foreach (Fact line in lines) output.WriteLine($"{line.Name.PadRight(name)}  {line.Value}");
    }
}
