using System.CommandLine;
using Innate.Benchmarks.Evaluation;
using Innate.Cli.Terminal;
using Innate.Runs.Capability;
using Innate.Runs.Comparison;
using Innate.Runs.Evaluation;
using Innate.Runs.Worlds;

namespace Innate.Cli.Commands;

/// <summary><c>innate eval</c>: how good is a reward, and how often is a model's own answer right?</summary>
internal static class EvalCommand
{
    private const string Description = """
        Measure scorers on a benchmark: tables, confidence intervals, a report to look at.

        Benchmarks: rm-bench, reward-bench, reward-bench-2, multifaceted-bench, dsp, judge-bench, process-bench, rmgap,
        ppe-correctness (a prompt, k responses, k right-or-wrong flags), answers (items.jsonl of `--policy`), pairs (any file of
        prompt, chosen, rejected), and, made by this program: arith-bench, arith-styles. Data as published: JSON, JSON lines, CSV
        or Parquet, gzip too, or a dataset's folder or name.
        Scorers: endogenous[,alpha=X][,gamma=X][,beta=X], endogenous-logprob[,gamma=X][,beta=X], log-likelihood,
        mean-log-likelihood, self-certainty, entropy, implicit, classifier, judge-KIND (docs/judges.md; one that writes is asked
        only by name), random, shorter-wins, longer-wins. Those of traces, the first seven, take first=K too: only K tokens count.
        An expression of several is a scorer too: "endogenous - 0.1*tokens" (docs/expressions.md).
        An engine in `--engine URL` is asked for each response once; where no scorer is named, it has those that it tells
        enough for.
        Every table of pairs has a second one: how much of each scorer's choice is the responses' length, and a third: what a
        discount changes.
        Out: DIR/results.json, DIR/items.jsonl (one line an item and scorer), DIR/report.html.
        With `--models`: the rewards of several models, beside the bits that each needs for a byte of a text.
        With `--policy`: a model's own answers in place of a benchmark of rewards, accuracy, pass@k, majority@k; with
        `--scorers all` also which scorer chooses best among them, for every n up to --samples; with `--check-reasoning` also
        CoT-Pass@K: a right answer counts only where its reasoning is right (docs/benchmarks.md).
        With `--world`: a model in a world of many turns, how often it solves its task (docs/worlds.md).

        Examples:
          innate eval arith-bench --out run
          innate eval rm-bench --data rm-bench --model DIR --out run
          innate eval rmgap --data test.jsonl --model DIR --out run
          innate eval dsp --data dsp --model DIR --scorer endogenous,gamma=0.95 --out run
          innate eval rm-bench --data rm-bench --engine http://a:8000 --model DIR --out run
          innate eval pairs --data pairs.jsonl --sweep gamma=0.9:1:0.02,beta=0,0.1 --out run
          innate eval arith-bench --models innate-tiny,run --out run-capability
          innate eval --policy gsm8k --data test.jsonl --model DIR --samples 8 --k 1,8 --out run
          innate eval --policy arith --samples 16 --scorers all --reward-model DIR --out run
          innate eval --policy arith --samples 8 --check-reasoning prm/final --out run
          innate eval --policy arith --model DIR --samples 8 --check-reasoning thinkprm --out run
          innate eval --world household --model DIR --episodes 100 --out run
          innate eval --world search,data=q.jsonl,corpus=c.jsonl --model DIR --turn-tokens 256 --out run
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        EvalOptions options = new();
        PolicyOptions policy = new();
        WorldOptionSet world = new();
        Command command = new("eval", Description);
        options.AddFirst(command);
        model.AddModelTo(command, adapter: true, engine: Engines.All);
        model.AddFormatTo(command);
        options.AddRest(command);
        policy.AddTo(command);
        world.AddTo(command);
        Option[] notOfWorlds =
        [
            options.Data, options.Limit, options.Resume, options.Shards.Shard, options.Scorers, .. options.OfRewards,
            .. options.OfComparison.Except([options.Json, options.Quiet]), .. policy.NotOfWorlds,
        ];
        command.SetAction(parsed => world.IsAsked(parsed, notOfWorlds)
            ? World(parsed, model, options, policy.Temperature, world, io)
            : policy.IsAsked(
            parsed, options.Name,
            parsed.IsGiven(options.Scorers) ? options.OfRewards
                : parsed.IsGiven(policy.CheckReasoning) ? [.. options.OfRewards, .. options.OfComparison.Except(options.OfJudges)]
                : [.. options.OfRewards, .. options.OfComparison])
            ? Policy(parsed, model, options, policy, io)
            : Rewards(parsed, model, options, io));
        return command;
    }

    private static int World(
        ParseResult parsed, ModelOptions model, EvalOptions options, Option<double?> temperature, WorldOptionSet world, CliIo io)
    {
        if (parsed.GetValue(options.Name) is { } name)
        {
            throw new InputException($"--world: expected no benchmark beside it, found '{name}'.");
        }

        WorldSettings settings = world.Settings(parsed) with
        {
            Output = parsed.GetValue(options.Output),
            Seed = parsed.GetValue(options.Seed),
            Temperature = parsed.GetValue(temperature) ?? 1,
            Model = model.Source(parsed, io, note: true),
            Format = model.Format(parsed),
        };
        if (settings.Model.Engine is not null)
        {
            throw new InputException(
                "--engine: expected none but llama.cpp beside --world, whose turns are drawn here, found a URL.");
        }

        using RunView view = new(io, parsed.GetValue(options.Quiet));
        WorldResults results = new WorldEvaluationRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
        view.Dispose();
        int code = Show(
            parsed, options, io, results.ToJson,
            () => WorldView.Render(settings.World, results, io.Colours));
        return results.Failed == results.Episodes ? ExitCodes.Failure : code;
    }

    private static int Rewards(ParseResult parsed, ModelOptions model, EvalOptions options, CliIo io)
    {
        bool quiet = parsed.GetValue(options.Quiet);
        EvaluationSettings settings = options.Settings(parsed) with
        {
            Shard = options.Shards.WithoutTables(parsed, options.Json),
            Model = model.Source(parsed, io, note: !quiet),
            Reference = model.Other(parsed, parsed.GetValue(options.Reference)),
            Format = model.Format(parsed),
        };
        using RunView view = new(io, quiet);
        if (settings.Shard is not null && parsed.IsGiven(options.Models))
        {
            throw new InputException("--shard: expected none beside --models, found one.");
        }

        if (parsed.GetValue(options.Models) is { } models) return Capability(parsed, models, settings, model, options, view, io);
        if (parsed.IsGiven(options.Text)) throw new InputException("--text: expected --models beside it, found none.");
        EvalResults results = new EvaluationRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
        view.Dispose();
        if (settings.Shard is not null) return ExitCodes.Success;
        return Show(parsed, options, io, results.ToJson, () => new EvalView(io.Width, io.Colours).Render(results));
    }

    private static int Capability(
        ParseResult parsed, string models, EvaluationSettings settings, ModelOptions model, EvalOptions options, RunView view,
        CliIo io)
    {
        string[] names = models.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parsed.IsGiven(model.Model) || parsed.IsGiven(model.Adapter)
            || settings.Model is not { LlamaCpp: null, Engine: null })
        {
            throw new InputException("--models: expected no --model, --adapter and --engine beside it, found one.");
        }

        CapabilityResults results = new CapabilityRun(new CapabilitySettings
        {
            Evaluation = settings, Models = [.. names.Select(n => settings.Model with { Model = n })],
            Text = parsed.GetValue(options.Text),
        })
        {
            OpenModel = io.OpenSource,
        }.Execute(view, io.Cancellation);
        view.Dispose();
        return Show(parsed, options, io, results.ToJson, () => CapabilityView.Render(results));
    }

    private static int Policy(ParseResult parsed, ModelOptions model, EvalOptions options, PolicyOptions policy, CliIo io)
    {
        PolicyEvaluationSettings settings = policy.Settings(parsed) with
        {
            Data = parsed.GetValue(options.Data),
            Limit = parsed.GetValue(options.Limit),
            Output = parsed.GetValue(options.Output),
            Resume = parsed.GetValue(options.Resume),
            Shard = options.Shards.WithoutTables(parsed, options.Json),
            Seed = parsed.GetValue(options.Seed),
            Model = model.Source(parsed, io, note: true),
            Format = model.Format(parsed),
            Reasoning = policy.Reasoning(parsed, model, kind => options.Checker(parsed, kind)),
        };
        if (!parsed.IsGiven(options.Scorers)) EngineOptions.RequireNoLogits(settings.Model);
        if (settings.Reasoning is not null && parsed.IsGiven(options.Scorers))
        {
            throw new InputException(
                $"{policy.CheckReasoning.Name}: expected none beside {options.Scorers.Name}, which choose by the answer, found "
                + "one.");
        }

        if (settings.Shard is not null && parsed.IsGiven(options.Scorers))
        {
            throw new InputException(
                $"--shard: expected none beside {options.Scorers.Name}, which the resumed whole takes, found one.");
        }

        using RunView view = new(io, parsed.GetValue(options.Quiet));
        if (parsed.IsGiven(options.Scorers)) return Compare(parsed, settings, model, options, view, io);
        PolicyEvaluation evaluation = new PolicyEvaluationRun(settings) { OpenModel = io.OpenSource }.Execute(
            view, io.Cancellation);
        view.Dispose();
        if (settings.Shard is not null) return ExitCodes.Success;
        return Show(
            parsed, options, io, evaluation.ToJson, () => PolicyView.Render(settings.Policy, evaluation, io.Colours));
    }

    private static int Compare(
        ParseResult parsed, PolicyEvaluationSettings policy, ModelOptions model, EvalOptions options, RunView view, CliIo io)
    {
        ComparisonResults results = new ComparisonRun(options.Comparison(parsed, policy, model))
        {
            OpenModel = io.OpenSource,
        }.Execute(view, io.Cancellation);
        view.Dispose();
        return Show(
            parsed, options, io, results.ToJson,
            () => PolicyView.Render(policy.Policy, results.Policy, io.Colours)
                + ComparisonView.Render(results, io.Width, io.Colours));
    }

    private static int Show(ParseResult parsed, EvalOptions options, CliIo io, Func<byte[]> json, Func<string> view)
    {
        if (parsed.GetValue(options.Json))
        {
            io.WriteJson(json());
            return ExitCodes.Success;
        }

        using StreamWriter text = io.TextOutput();
        text.Write(view());
        return ExitCodes.Success;
    }
}
