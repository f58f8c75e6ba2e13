using Innate.Generation;
using Innate.Learning;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards;
using Innate.Scoring.External;
using Innate.Reinforcement.Rollouts;
using Innate.Tests.Support;

namespace Innate.Tests.Reinforcement;

/// <summary>
/// Samples what a test says, with the traces that the table policy has of it at that time; a response that does not end in
/// <see cref="TablePolicyModel.End"/> was cut off.
/// </summary>
internal sealed class ScriptedGenerator(TablePolicyModel policy, Func<string, string[]> responses) : ITextGenerator
{
    /// <summary>What was asked for, call after call.</summary>
    public List<(string[] Prompts, int Count, SamplingOptions Options)> Calls { get; } = [];

    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default)
    {
        string[] texts = [.. prompts.Select(p => policy.Tokenizer.Decode(p))];
        Calls.Add((texts, responsesPerPrompt, options));
        return [.. texts.Select(text => responses(text).Take(responsesPerPrompt).Select(r => policy.Response(
            text, r, r.EndsWith(TablePolicyModel.End) ? FinishReason.Stop : FinishReason.Length)).ToArray())];
    }
}

/// <summary>Rewards by a function of prompt and response; null: no verdict.</summary>
internal sealed class ScriptedReward(Func<string, string, double?> reward) : IRewardEndpoint
{
    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation) =>
        [.. groups.Select(g => RewardReply.Of([.. g.Select(q => reward(q.Prompt, q.Response))]))];

    public void Dispose()
    {
    }
}

/// <summary>Reinforcement learning of the table policy, all in this process, on scripted responses and rewards.</summary>
internal sealed class ScriptedRun : IDisposable
{
    private readonly ExternalReward _reward;
    private readonly GradientPass _pass;

    public ScriptedRun(
        TablePolicyModel policy, RlRecipe recipe, string[] prompts, Func<string, string[]> responses,
        Func<string, string, double?> reward, RlBatching? batching = null, Anchor? anchor = null)
    {
        Recipe = recipe;
        Batching = batching ?? new RlBatching { Prompts = prompts.Length, MicroBatch = prompts.Length, MaxResponseTokens = 4 };
        Value = recipe.Advantage == AdvantageKind.Gae ? new ValueHead(policy.Model.Config.HiddenSize) : null;
        Gradients = new GradientBuffers(policy.Model.Decoder, Value is null ? [policy.Head] : [policy.Head, Value.Parameter]);
        _pass = new GradientPass(policy.Model.Decoder, Gradients.Gradients);
        _reward = new ExternalReward(new ScriptedReward(reward), 1);
        Generator = new ScriptedGenerator(policy, responses);
        FrozenTraces? frozen = recipe.NeedsFrozen ? (queries, stop) => policy.Model.Trace(queries, cancellation: stop) : null;
        Collector = new RolloutCollector(
            [.. prompts.Select((p, i) => policy.Prompt(p, i + 1))],
            new RolloutSampler(Generator, policy.Tokenizer, new SamplingOptions { Seed = 5, MaxTokens = 4 }, frozen),
            new RewardScorer(
                recipe, policy.Tokenizer, Batching.MaxResponseTokens,
                [.. recipe.Rewards.Select(r => r.Source == RewardSource.Command ? _reward : null)]),
            recipe, Batching);
        Training = new ReinforcementTraining(_pass, Gradients.Gradients, Collector, recipe, Batching, Value, anchor);
    }

    public RlRecipe Recipe { get; }

    public RlBatching Batching { get; }

    public ValueHead? Value { get; }

    public GradientBuffers Gradients { get; }

    public ScriptedGenerator Generator { get; }

    public RolloutCollector Collector { get; }

    public ReinforcementTraining Training { get; }

    /// <summary>A recipe whose one reward is the script's.</summary>
    public static RlRecipe Scripted { get; } = new()
    {
        Name = "scripted",
        Rewards = [new RewardTerm(RewardSource.Command) { External = new ExternalRewardOptions { Run = "none" } }],
        Advantage = AdvantageKind.DrGrpo,
        Objective = PolicyObjectiveKind.Ppo,
        GroupSize = 2,
        ValueWarmup = 0,
    };

    /// <summary>One step's gradients, added to those that are there.</summary>
    public StepLoss Step(int step) => Training.AddGradients(step, default);

    public static double Metric(StepLoss step, string name) => step.More.Single(m => m.Name == name).Value;

    public void Dispose()
    {
        _pass.Dispose();
        Gradients.Dispose();
        _reward.Dispose();
    }
}
