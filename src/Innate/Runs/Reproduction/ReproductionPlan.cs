using System.Globalization;
using Innate.Learning;
using Innate.Reinforcement;
using Innate.Rows;
using Innate.Runs.Evaluation;
using Innate.Runs.Training;
using Innate.Sessions;

namespace Innate.Runs.Reproduction;

/// <summary>
/// The reproduction as runs that anybody can start: there is nothing in it that the other runs cannot do. Each figure of the
/// report comes from the results.json of one of them.
/// </summary>
internal static class ReproductionPlan
{
    /// <summary>
    /// The scorers of the first question: the reward, the judges that the paper compares it with, and honest baselines.
    /// </summary>
    public static IReadOnlyList<string> Scorers { get; } =
    [
        "endogenous", "judge-verifier", "judge-pointwise", "judge-pairwise", "mean-log-likelihood", "self-certainty", "random",
        "shorter-wins", "longer-wins",
    ];

    /// <summary>The scorers of the second question.</summary>
    public static IReadOnlyList<string> PromptedScorers { get; } = ["endogenous", "mean-log-likelihood", "random"];

    /// <summary>The steps in order.</summary>
    public static IReadOnlyList<ReproductionStep> Of(ReproductionSettings s)
    {
        List<ReproductionStep> steps =
        [
            Eval(s, "question 1: rewards and judges", FirstFolder(s), s.RmBench, "rm-bench", "arith-bench", Scorers),
            Eval(s, "question 2: the prompted reward", SecondFolder(s), s.Dsp, "dsp", "arith-styles", PromptedScorers),
        ];
        if (s.TrainQuestions is null) steps.Add(Questions("questions to learn on", TrainFile(s), 2000, seed: 11, heldOut: false));
        if (s.HeldOutQuestions is null)
        {
            steps.Add(Questions("questions to watch", WatchFile(s), 300, seed: 12, heldOut: true));
            steps.Add(Questions("questions to be measured on", HeldOutFile(s), s.Questions, seed: 13, heldOut: true));
        }

        foreach ((string? preset, ulong seed) in Policies(s))
        {
            if (preset is not null) steps.Add(Train(s, preset, seed));
            steps.Add(Measure(s, preset, seed));
        }

        return steps;
    }

    /// <summary>The policies that are measured: the model as it was, then each recipe with each seed.</summary>
    public static IEnumerable<(string? Preset, ulong Seed)> Policies(ReproductionSettings s) =>
        [(null, 0), .. s.Presets.SelectMany(p => s.Seeds.Select(seed => ((string?)p, seed)))];

    public static string FirstFolder(ReproductionSettings s) => Path.Combine(s.Output, "q1-rewards");

    public static string SecondFolder(ReproductionSettings s) => Path.Combine(s.Output, "q2-prompts");

    public static string RunFolder(ReproductionSettings s, string preset, ulong seed) =>
        Path.Combine(s.Output, "q3-learning", FormattableString.Invariant($"{preset}-{seed}"));

    public static string MeasuredFolder(ReproductionSettings s, string? preset, ulong seed) =>
        Path.Combine(s.Output, "q3-policies", preset is null ? "before" : FormattableString.Invariant($"{preset}-{seed}"));

    public static string HeldOutFile(ReproductionSettings s) =>
        s.HeldOutQuestions ?? Path.Combine(s.Output, "questions-held-out.jsonl");

    private static string TrainFile(ReproductionSettings s) =>
        s.TrainQuestions ?? Path.Combine(s.Output, "questions-train.jsonl");

    // The anchor that brakes look at is none of the questions that are reported.
    private static string WatchFile(ReproductionSettings s) => Path.Combine(s.Output, "questions-watch.jsonl");

    private static ReproductionStep Eval(
        ReproductionSettings s, string name, string folder, string? data, string real, string made, IReadOnlyList<string> scorers)
    {
        EvaluationSettings settings = new()
        {
            Benchmark = data is null ? made : real,
            Data = data,
            Model = Source(s, s.Model),
            Scorers = scorers,
            Limit = data is null ? s.Items : null,
            Output = folder,
        };
        List<KeyValuePair<string, string?>> set = [];
        if (data is not null) set.Add(new("Data", data));
        AddModel(s, set, s.Model);
        set.AddRange(scorers.Select(scorer => KeyValuePair.Create("Scorers", (string?)scorer)));
        if (data is null) set.Add(new("Limit", Text(s.Items)));
        set.Add(new("Output", folder));
        return new ReproductionStep(name, folder, ["eval", settings.Benchmark], set, c =>
            new EvaluationRun(settings with { Resume = c.Resume }) { OpenModel = c.OpenModel }.Execute(c.Events, c.Cancellation));
    }

    private static ReproductionStep Questions(string name, string file, int count, ulong seed, bool heldOut)
    {
        ArithmeticSettings settings = new()
        {
            Content = ArithmeticContent.Questions, HeldOut = heldOut, Count = count, Seed = seed, Output = RowLocation.File(file),
        };
        List<KeyValuePair<string, string?>> set = [new("Questions", null)];
        if (heldOut) set.Add(new("HeldOut", null));
        set.AddRange([new("Count", Text(count)), new("Seed", Text((long)seed)), new("Output", file)]);
        return new ReproductionStep(
            name, file, ["arithmetic", "generate"], set, c => new ArithmeticRun(settings).Execute(c.Events, c.Cancellation));
    }

    private static ReproductionStep Train(ReproductionSettings s, string preset, ulong seed)
    {
        string folder = RunFolder(s, preset, seed);
        bool isMade = s.TrainQuestions is null, watches = s.HeldOutQuestions is null;

        // Made questions take half a minute: no need of checkpoints, and the steps' own lines would bury the plan's.
        ReinforcementSettings settings = new()
        {
            Recipe = RlRecipe.Preset(preset),
            Data = TrainFile(s),
            Model = Source(s, s.Model),
            EvalData = watches ? WatchFile(s) : null,
            EvalEvery = watches ? 5 : null,
            Steps = s.Steps,
            BatchSize = s.BatchSize,
            LearningRate = s.LearningRate,
            Schedule = LearningRateDecay.Constant,
            Warmup = 5,
            WeightDecay = 0,
            MaxResponseTokens = s.MaxResponseTokens,
            Seed = seed,
            Output = folder,
            SaveEvery = isMade ? 0 : 10,
            Keep = isMade ? 2 : 1,
        };
        List<KeyValuePair<string, string?>> set = [new("Preset", preset), new("Data", settings.Data)];
        AddModel(s, set, s.Model);
        if (watches) set.AddRange([new("EvalData", settings.EvalData), new("EvalEvery", "5")]);
        set.AddRange(
        [
            new("Steps", Text(s.Steps)), new("BatchSize", Text(s.BatchSize)), new("LearningRate", Text(s.LearningRate)),
            new("Schedule", "constant"), new("Warmup", "5"), new("WeightDecay", "0"),
            new("MaxResponseTokens", Text(s.MaxResponseTokens)),
            new("Seed", Text((long)seed)), new("Output", folder),
        ]);
        set.AddRange(isMade ? [new("Quiet", null)] : [new("SaveEvery", "10"), new("Keep", "1")]);
        return new ReproductionStep(FormattableString.Invariant($"question 3: {preset}, seed {seed}"), folder, ["train", "rl"],
            set, c =>
            new ReinforcementRun(settings with { Resume = c.Resume }) { OpenModel = c.OpenModel }
                .Execute(isMade ? null : c.Events, c.Cancellation));
    }

    private static ReproductionStep Measure(ReproductionSettings s, string? preset, ulong seed)
    {
        string folder = MeasuredFolder(s, preset, seed);
        string? model = preset is null ? s.Model : Path.Combine(RunFolder(s, preset, seed), "final");
        PolicyEvaluationSettings settings = new()
        {
            Policy = s.Policy,
            Data = HeldOutFile(s),
            Model = Source(s, model),
            Samples = s.Samples,
            Temperature = 1,
            MaxTokens = s.MaxResponseTokens,
            Seed = 9,
            Output = folder,
        };
        List<KeyValuePair<string, string?>> set = [new("Policy", s.Policy), new("Data", settings.Data)];
        AddModel(s, set, model);
        set.AddRange(
        [
            new("Samples", Text(s.Samples)), new("Temperature", "1"), new("MaxTokens", Text(s.MaxResponseTokens)),
                new("Seed", "9"),
            new("Output", folder),
        ]);
        string name = preset is null ? "question 3: before"
            : FormattableString.Invariant($"question 3: {preset}, seed {seed}, measured");
        return new ReproductionStep(name, folder, ["eval"], set, c =>
            new PolicyEvaluationRun(settings with { Resume = c.Resume }) { OpenModel = c.OpenModel }.Execute(
                c.Events, c.Cancellation));
    }

    internal static ModelSource Source(ReproductionSettings s, string? model) =>
        new() { Model = model, Threads = s.Threads is 0 ? null : s.Threads };

    private static void AddModel(ReproductionSettings s, List<KeyValuePair<string, string?>> set, string? model)
    {
        if (model is not null) set.Add(new("Model", model));
        if (s.Threads is { } threads) set.Add(new("Threads", Text(threads)));
    }

    private static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long x) => x.ToString(CultureInfo.InvariantCulture);
}
