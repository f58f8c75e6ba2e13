using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs.Reproduction;

namespace Innate.Cli.Commands;

/// <summary><c>innate reproduce</c>: the paper's three questions.</summary>
internal static class ReproduceCommand
{
    private const string Description = """
        Ask the paper's three questions (arXiv 2506.23235): is there a reward model inside, does a prompt steer it, and does
        learning from it make the model better?

        In miniature, on the model inside and questions that are made, within minutes; or with --model and the real data, on a
        machine that can hold it. It runs the other commands and prints each; every figure comes from one of them.
        Out: DIR/report.html, DIR/results.json, and a folder for each command. Exit code 1 where a claim does not hold.

        Examples:
          innate reproduce --quick --out reproduction
          innate reproduce --model Qwen/Qwen2.5-Math-7B --rm-bench rm-bench --dsp dsp --train-questions math.jsonl \
            --held-out-questions math500.jsonl --policy math --steps 200 --learning-rate 1e-6 --max-response-tokens 1024
        """;

    public static Command Create(CliIo io)
    {
        Option<string?> output = Opt.Text("--out", "DIR", "The folder of the results; made where there is none", "reproduction");
        Option<bool> quick = Opt.Flag("--quick",
            "Fewer items, one seed, shorter runs: within three minutes on two cores [off: the full run]");
        Option<string?> model = Opt.Text(
            "--model", "MODEL", "A Hugging Face folder, or a hub name pulled before [default: innate-tiny, the model inside]");
        Option<int?> threads = Opt.OptionalWhole("--threads", "Threads; no figure depends on it [default: one a core]");
        Option<int?> seeds = Opt.OptionalWhole("--seeds", "Learning runs of each recipe [default: 3, with --quick 1]");
        Option<int?> items = Opt.OptionalWhole("--items", "Items of each benchmark that is made [default: 500, with --quick 60]");
        Option<int?> questions = Opt.OptionalWhole(
            "--questions", "Held-out questions that are made [default: 1000, with --quick 200]");
        Option<int?> samples = Opt.OptionalWhole(
            "--samples", "Sampled answers to each held-out question [default: 4, with --quick 1]");
        Option<string?> rmBench = Opt.Text("--rm-bench", "DIR", "Ask the first question of RM-Bench [off: of arith-bench]");
        Option<string?> dsp = Opt.Text("--dsp", "DIR", "Ask the second question of DSP [off: of arith-styles]");
        Option<string?> train = Opt.Text("--train-questions", "FILE", "Learn on these questions [off: made]");
        Option<string?> heldOut = Opt.Text("--held-out-questions", "FILE", "Measure on these questions [off: made]");
        Option<string?> policy = Opt.Text("--policy", "SET", "How answers are checked: arith, math, gsm8k", "arith");
        Option<string?> presets = Opt.Text(
            "--presets", "A,B", "The recipes; the first is the paper's", "endorm,endorm-grpo,intuitor,grpo");
        Option<int?> steps = Opt.OptionalWhole("--steps", "Steps of each learning run [default: 40, with --quick 30]");
        Option<int> batch = Opt.Whole("--batch-size", "Questions a step", 16, 1, "a whole number of at least 1");
        Option<double> rate = Opt.Number("--learning-rate", "Of the learning runs", 3e-4, x => x > 0, "a number above 0");
        Option<int> length = Opt.Whole("--max-response-tokens", "The longest answer", 96, 1, "a whole number of at least 1");
        Option<bool> resume = Opt.Flag("--resume", "Go on after the commands that --out holds already [off: --out must be new]");
        Command command = new("reproduce", Description);
        foreach (Option option in (Option[])
            [output, quick, model, threads, seeds, items, questions, samples, rmBench, dsp, train, heldOut, policy, presets,
                steps, batch, rate, length, resume])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            bool isQuick = parsed.GetValue(quick);
            int Count(Option<int?> option, int full, int little) => parsed.GetValue(option) ?? (isQuick ? little : full);

            int runs = Count(seeds, 3, 1);
            ReproductionSettings settings = new()
            {
                Output = parsed.GetValue(output)!,
                Model = parsed.GetValue(model),
                Threads = parsed.GetValue(threads),
                Seeds = [.. Enumerable.Range(1, Math.Max(runs, 0)).Select(s => (ulong)s)],
                Items = Count(items, 500, 60),
                Questions = Count(questions, 1000, 200),
                Samples = Count(samples, 4, 1),
                RmBench = parsed.GetValue(rmBench),
                Dsp = parsed.GetValue(dsp),
                TrainQuestions = parsed.GetValue(train),
                HeldOutQuestions = parsed.GetValue(heldOut),
                Policy = parsed.GetValue(policy)!,
                Presets = parsed.GetValue(presets)!.Split(','),
                Steps = Count(steps, 40, 30),
                BatchSize = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(rate),
                MaxResponseTokens = parsed.GetValue(length),
                Resume = parsed.GetValue(resume),
            };
            return Run(settings, io);
        });
        return command;
    }

    private static int Run(ReproductionSettings settings, CliIo io)
    {
        using RunView view = new(io, quiet: false);
        ReproductionRun run = new(settings) { OpenModel = io.OpenSource, OptionName = OptionNames.Of };
        ReproductionResults results;
        try
        {
            results = io.Saving(() => run.Execute(view, io.Cancellation));
        }
        catch (OperationCanceledException)
        {
            view.Dispose();
            io.Error.WriteLine("innate: interrupted; --resume goes on after the commands that are done.");
            throw;
        }

        view.Dispose();
        using StreamWriter text = io.TextOutput();
        text.Write(ReproductionView.Render(settings, results, io.Colours));
        text.Write($"\n  {Path.Combine(settings.Output, "report.html")}\n\n");
        return results.Claims.All(c => c.Holds) ? ExitCodes.Success : ExitCodes.Failure;
    }
}
