using System.CommandLine;
using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Judges;
using Innate.Runs.Comparison;
using Innate.Runs.Evaluation;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate eval</c> that measure rewards on a benchmark.</summary>
internal sealed class EvalOptions
{
    private readonly JudgeChoice _judging = new("--kind", null);

    private readonly Option<string?> _prompts = Opt.Text(
        "--prompts", "FILE", "dsp: the domains' system prompts [default: system_prompts.json beside the data]");

    private readonly Option<string?> _columns = Opt.Columns();

    private readonly Option<string[]> _scorers = Opt.Many(
        "--scorer", "NAME",
        "A scorer, with its options; repeatable; all: every one that the model can serve [default: all that need nothing but the "
        + "model, and the baselines; with --policy none]", "--scorers");

    private readonly Option<string[]> _rewardModels = Opt.Many(
        "--reward-model", "DIR",
        "With --policy and --scorer: another model, a trained reward model or a language model, whose scorers are compared; "
        + "repeatable [off: none]");

    private readonly ProfileChoice _profile = new();

    private readonly Option<string?> _sweep = Opt.Text(
        "--sweep", "GRID",
        "Also try these weights on the first endogenous scorer's traces: gamma=0.9:1:0.02,beta=0,0.1 [off: none]");

    private readonly Option<string?> _steps = Opt.Text(
        "--steps", "HOW", "process-bench: a step's reward is the mean or the sum of its tokens'", "mean");

    private readonly Option<int> _resamples = Opt.Whole(
        "--resamples", "Bootstrap resamples of the confidence intervals", 1000, 1, "a whole number of at least 1");

    public Argument<string?> Name { get; } = new("NAME")
    {
        Description = $"The benchmark: {string.Join(", ", BenchmarkNames.All)}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Data { get; } = Opt.Text(
        "--data", "PATH", "The benchmark's file or folder [default: arith-bench and arith-styles make their own]");

    public Option<string?> Reference { get; } =
        Opt.Text("--reference", "DIR", "The reference model of the scorer implicit [off: none]");

    public Option<string?> Output { get; } = Opt.Text(
        "--out", "DIR", "The folder of the results; made where there is none [default: with --policy none]");

    public Option<string?> Models { get; } = Opt.Text(
        "--models", "A,B,...",
        "Measure several models, or a run's checkpoints by the run's folder, beside how well each foretells --text [off: one]");

    public Option<string?> Text { get; } = Opt.Text(
        "--text", "FILE", "With --models: the text, its first 64 KiB [default: arith-bench and arith-styles have their own]");

    public Option<int?> Limit { get; } = Opt.OptionalWhole(
        "--limit", "At most so many items, in turn from each part [default: all; of a made benchmark 500]");

    public Option<ulong> Seed { get; } = Opt.Seed(
        "--seed", "Decides the random scorer, the resamples, the judges' reasoning and made items");

    public Option<bool> Resume { get; } =
        Opt.Flag("--resume", "Go on after the items that --out holds already [off: start anew]");

    public ShardChoice Shards { get; } = new();

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print results.json in place of the tables [off: tables]");

    public Option<bool> Quiet { get; } = Opt.Flag("--quiet", "No progress on stderr [off: show it]");

    /// <summary>The options that have no meaning for a model's own answers.</summary>
    public IReadOnlyList<Option> OfRewards => [_prompts, _columns, _profile.Profile, Models, Text, _sweep, _steps];

    /// <summary>Those that have one where scorers choose among the answers.</summary>
    public IReadOnlyList<Option> OfComparison => [Reference, _resamples, _rewardModels, .. OfJudges];

    /// <summary>Those that say how judges ask.</summary>
    public IReadOnlyList<Option> OfJudges => [_judging.Principle, .. _judging.Own];

    /// <summary>The option that names scorers.</summary>
    public Option<string[]> Scorers => _scorers;

    public void AddFirst(Command command)
    {
        command.Add(Name);
        foreach (Option option in (Option[])[Data, _prompts, _columns, _scorers, _rewardModels, _profile.Profile, Reference])
        {
            command.Add(option);
        }
    }

    public void AddRest(Command command)
    {
        _judging.AddTo(command, kind: false);
        foreach (Option option in (Option[])
            [Output, Limit, Models, Text, _sweep, _steps, _resamples, Seed, Resume, Shards.Shard, Json, Quiet])
        {
            command.Add(option);
        }
    }

    /// <summary>Which scorers choose among a policy's answers.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="policy">How the answers are sampled.</param>
    /// <param name="model">Opens other models as the policy is.</param>
    public ComparisonSettings Comparison(ParseResult parsed, PolicyEvaluationSettings policy, ModelOptions model) => new()
    {
        Policy = policy,
        Scorers = parsed.GetValue(_scorers)!,
        Models = [.. (parsed.GetValue(_rewardModels) ?? []).Select(m => model.Other(parsed, m)!)],
        Reference = model.Other(parsed, parsed.GetValue(Reference)),
        Judge = Judge(parsed),
        Principle = JudgeChoice.PrincipleOf(parsed.GetValue(_judging.Principle)),
        Resamples = parsed.GetValue(_resamples),
    };

    /// <summary>The judge of a kind that checks reasoning; null: none, and no option of one.</summary>
    public JudgeSettings? Checker(ParseResult parsed, JudgeKind? kind)
    {
        if (kind is { } asked) return _judging.Settings(parsed, parsed.GetValue(Seed), asked);
        return OfJudges.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle
            ? throw new InputException($"{idle.Name}: expected a judge in --check-reasoning, found a model.")
            : null;
    }

    private JudgeSettings? Judge(ParseResult parsed) => _judging.Own.Any(o => parsed.IsGiven(o))
        ? _judging.Settings(parsed, parsed.GetValue(Seed), JudgeKind.Verifier)
        : null;

    /// <summary>What is measured on what, but for the models.</summary>
    public EvaluationSettings Settings(ParseResult parsed) => parsed.IsGiven(_rewardModels)
        ? throw new InputException($"{_rewardModels.Name}: expected --policy beside it, found none.")
        : new()
    {
        Benchmark = parsed.GetValue(Name)!,
        Output = parsed.GetValue(Output) ?? throw new InputException("--out: expected a folder for the results, found none."),
        Data = parsed.GetValue(Data),
        Prompts = parsed.GetValue(_prompts),
        Columns = parsed.GetValue(_columns),
        Limit = parsed.GetValue(Limit),
        Scorers = [.. parsed.GetValue(_scorers) ?? [], .. _profile.Term(parsed, "--raw") is { } term ? (string[])[term] : []],
        Judge = Judge(parsed),
        Principle = JudgeChoice.PrincipleOf(parsed.GetValue(_judging.Principle)),
        Sweep = parsed.GetValue(_sweep),
        Steps = !parsed.IsGiven(_steps) ? null : parsed.GetValue(_steps) switch
        {
            "mean" => StepReward.Mean,
            "sum" => StepReward.Sum,
            string other => throw new InputException($"--steps: expected mean or sum, found '{other}'."),
            null => null,
        },
        Resamples = parsed.GetValue(_resamples),
        Seed = parsed.GetValue(Seed),
        Resume = parsed.GetValue(Resume),
    };
}
