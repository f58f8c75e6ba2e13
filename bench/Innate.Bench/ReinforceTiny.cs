using System.Diagnostics;
using System.Globalization;
using Innate.Benchmarks.Arithmetic;
using Innate.Checkpoints;
using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Runs;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rollouts;
using Innate.Text;

namespace Innate.Bench;

/// <summary>Reinforcement learning of the model inside on its own world, by a preset: does sampled accuracy rise?</summary>
internal static class ReinforceTiny
{
    private static readonly string[] Shown =
        ["anchor_accuracy", "reward", "kl", "entropy", "response_length", "dead_groups", "grad_norm", "value_loss"];

    /// <param name="args">Preset, steps, learning rate, seed, threads.</param>
    public static int Run(string[] args)
    {
        RlRecipe recipe = RlRecipe.Preset(args[0]);
        int steps = int.Parse(args[1], CultureInfo.InvariantCulture);
        double rate = double.Parse(args[2], CultureInfo.InvariantCulture);
        ulong seed = ulong.Parse(args[3], CultureInfo.InvariantCulture);
        var options = new LanguageModelOptions { Threads = int.Parse(args[4], CultureInfo.InvariantCulture) };
        using LanguageModel policy = LanguageModel.LoadDefault(options), frozen = LanguageModel.LoadDefault(options);
        var tokenizer = Tokenizer.Load(EmbeddedModel.Folder);
        var format = new ChatFormat(tokenizer, ChatTemplate.Load(EmbeddedModel.Folder));
        var generator = new ArithmeticGenerator(seed + 77);
        List<PolicyPrompt> Questions(bool heldOut, int count) =>
        [
            .. Enumerable.Range(0, count).Select(i => generator.Question(i, heldOut)).Select((q, i) => new PolicyPrompt(
                format.EncodePrompt(q.Text), q.Answer.ToString(CultureInfo.InvariantCulture), i)),
        ];
        CausalLanguageModel decoder = policy.Decoder;
        ValueHead? value = recipe.Advantage == AdvantageKind.Gae ? new ValueHead(decoder.Config.HiddenSize) : null;
        using var weights = new TrainedWeights([.. decoder.Parameters, .. value is null ? [] : new[] { value.Parameter }]);
        using var pass = new GradientPass(decoder, weights.Gradients);
        var sampling = new SamplingOptions { MaxTokens = 96, Seed = seed, StopIds = [format.EndOfTurnId!.Value] };
        var sampler = new RolloutSampler(
            decoder, tokenizer, sampling, recipe.NeedsFrozen ? (queries, token) => frozen.Trace(queries, 1, token) : null);
        var anchor = new Anchor(decoder, tokenizer, Questions(heldOut: true, 500), sampling with { Seed = 99 });
        var training = new ReinforcementTraining(
            pass, weights.Gradients, sampler, Questions(heldOut: false, 4000), recipe,
            new RlBatching { Prompts = 16, MicroBatch = 16, MaxResponseTokens = 96, Seed = seed }, value, anchor);
        Console.WriteLine($"{recipe.Name}: anchor {anchor.Measure(default):0.0000} before");
        long start = Stopwatch.GetTimestamp();
        var loop = new TrainingLoop(
            decoder.Kernels, weights, training,
            new TrainingLoopOptions
            {
                Steps = steps,
                Schedule = new LearningRateSchedule { Peak = rate, WarmupSteps = 5, Decay = LearningRateDecay.Constant },
                Optimizer = new AdamWOptions { WeightDecay = 0 },
                EvalEvery = 10,
            },
            new TrainingLoopHooks(
                m =>
                {
                    if (m["anchor_accuracy"] is null) return;
                    string Show(string name) => m[name] is { } x ? $" {name} {x:0.000}" : "";
                    Console.WriteLine($"step {m.Step} {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s:{string.Concat(Shown.Select(Show))}");
                },
                null, (_, _) => { }));
        loop.Run(0, null, default);
        return 0;
    }
}
