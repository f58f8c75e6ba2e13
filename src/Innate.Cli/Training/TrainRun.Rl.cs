using Innate.Generation;
using Innate.Learning;
using Innate.Learning.Optimization;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Rewards.External;
using Innate.Reinforcement.Rollouts;
using Innate.Rewards;
using Innate.Traces;

namespace Innate.Cli.Training;

/// <summary>What a run of reinforcement learning has of its own.</summary>
internal sealed partial class TrainRun
{
    private int PromptBudget(RlSettings rl, int context)
    {
        int room = context - rl.MaxResponseTokens;
        if (room < 1) throw new InputException($"--max-response-tokens takes less than the model's context of {context}, not {rl.MaxResponseTokens}.");
        return settings.MaxTokens > 0 ? Math.Min(settings.MaxTokens, room) : room;
    }

    private ReinforcementTraining Reinforcement(
        RlSettings rl, GradientPass pass, TrainedWeights weights, CausalLanguageModel decoder, TrainData data, TrainData heldOut,
        CausalLanguageModel frozen, LoraAdapters? switchedOff, ValueHead? value, ExternalRewards outside)
    {
        RlBatching batching = new()
        {
            Prompts = settings.BatchSize,
            MicroBatch = settings.MicroBatchSize > 0 ? settings.MicroBatchSize : settings.BatchSize,
            MaxResponseTokens = rl.MaxResponseTokens,
            Seed = settings.Seed,
            HasDropout = settings.LoraDropout > 0,
            Source = settings.Data,
        };
        SamplingOptions sampling = new()
        {
            Temperature = rl.Recipe.Temperature,
            TopK = rl.Recipe.TopK,
            TopP = rl.Recipe.TopP,
            MinP = rl.Recipe.MinP,
            MaxTokens = rl.MaxResponseTokens,
            Seed = settings.Seed,
            StopIds = session.StopIds(format),
        };
        FrozenTraces? traces = !rl.Recipe.NeedsFrozen ? null : (queries, cancellation) =>
            LoraAdapters.Without(switchedOff, () => new ModelTraceSource(frozen).Trace(queries, rl.Recipe.Alpha, cancellation));
        RolloutCollector collector = new(
            data.Prompts!, new RolloutSampler(new ModelGenerator(decoder), session.Tokenizer, sampling, traces),
            new RewardScorer(rl.Recipe, session.Tokenizer, rl.MaxResponseTokens, outside.Parts), rl.Recipe, batching);
        return new ReinforcementTraining(
            pass, weights.Gradients, collector, rl.Recipe, batching, value,
            heldOut.Prompts is { } questions ? new Anchor(new ModelGenerator(decoder), session.Tokenizer, questions, sampling with { Temperature = 1, TopK = 0, TopP = 1, MinP = 0 }) : null);
    }

    // One of the step's own responses, its tokens coloured by what they were rewarded or, where that is one number, by what the
    // response was better than its group.
    private TrainingSample? Sample(ReinforcementTraining learning, int step)
    {
        // A run that was stopped between a step and its telling goes on without the step's rollouts.
        if (learning.Last.IsEmpty) return null;
        RolloutGroup group = learning.Last.Batch.Groups[0];
        Rollout rollout = group.Rollouts[0];
        int[] ids = rollout.Response.TokenIds;
        double[] values = rollout.Frozen is { } frozen
            ? EndogenousReward.Compute(frozen, new RewardOptions()).PerToken
            : learning.Last.Advantages.Advantages[0][0];
        string[] texts = [.. session.Tokenizer.TokenTexts(ids)];
        return new TrainingSample(step, _asked.Value.Of(group.Prompt.Ids), [.. texts.Select((t, i) => new TextPiece(t, values[i]))]);
    }
}
