using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Learning.Watching;
using Innate.Models;
using Innate.Reinforcement;
using Innate.Reinforcement.Methods;
using Innate.Scoring.External;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Rewards;
using Innate.Rewards;
using Innate.Scoring.Expressions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Runs.Training;

/// <summary>The prompts of a run of reinforcement learning, and what is made of them.</summary>
/// <param name="settings">The run.</param>
/// <param name="prompts">The prompts.</param>
/// <param name="heldOut">The anchor's questions, with answers; empty: there is no anchor.</param>
/// <param name="engine">The frozen model's traces by an engine; null: this library computes them.</param>
internal sealed class ReinforcementRows(
    ReinforcementSettings settings, IReadOnlyList<PolicyPrompt> prompts, IReadOnlyList<PolicyPrompt> heldOut,
    FrozenTraces? engine = null) : ITrainingRows
{
    public int Count => prompts.Count;

    public ValueHead? NewValueHead(CausalLanguageModel decoder) => settings.Recipe.HasValueHead
        ? new ValueHead(decoder.Config.HiddenSize, settings.Recipe.ValueRate)
        : null;

    public TrainingTask Begin(TrainingParts parts)
    {
        RlRecipe recipe = settings.Recipe;
        Tokenizer tokenizer = parts.Session.Tokenizer;
        SamplingOptions sampling = new()
        {
            Temperature = recipe.Temperature,
            TopK = recipe.TopK,
            TopP = recipe.TopP,
            MinP = recipe.MinP,
            MaxTokens = settings.World is null ? settings.MaxResponseTokens : settings.TurnTokens,
            Seed = settings.Seed,
            StopIds = parts.Session.StopIds(settings.Format),
        };
        ModelTraceSource reference = new(parts.Frozen);
        FrozenTraces? frozen = !recipe.NeedsFrozen ? null : engine ?? ((queries, cancellation) =>
            LoraAdapters.Without(parts.SwitchedOff, () => reference.Trace(queries, recipe.Alpha, cancellation)));
        ITextGenerator policy = new ModelGenerator(parts.Decoder);
        if (parts.Ranks is { Size: > 1 } ranks)
        {
            policy = new DividedGenerator(policy, ranks);
            if (frozen is not null) frozen = DividedGenerator.Traces(frozen, ranks);
        }

        OtherPrompts others = new(
            recipe.Rewards, () => parts.Session.Format(settings.Format), prompts.All(p => p.NullPrompt is not null));
        IReadOnlyList<TokenTrace[]> Under(
            IReadOnlyList<RolloutGroup> groups, PromptView view, CancellationToken cancellation) =>
            frozen!(others.Queries(groups, view), cancellation);
        ExternalRewards outside = ExternalRewards.Of(recipe.Rewards);
        RlBatching batching = Batching();
        MethodRun run = MethodRuns.Of(settings, parts, sampling, frozen, engine is null);
        RolloutCollector collector = new(
            prompts,
            new RolloutSampler(
                policy, tokenizer, sampling, recipe.NeedsFrozenTraces ? frozen : null,
                Episodes(parts, recipe.NeedsFrozenTraces ? frozen : null)),
            new RewardScorer(recipe, tokenizer, settings.MaxResponseTokens, outside.Parts, outside.Leaves, Under), recipe,
            batching, run);
        Anchor? anchor = heldOut.Count == 0
            ? null
            : new Anchor(new ModelGenerator(parts.Decoder), tokenizer, heldOut,
                sampling with { Temperature = 1, TopK = 0, TopP = 1, MinP = 0 }, AnswerMeasures.Gold);
        ReinforcementTraining training =
            new(parts.Pass, parts.Weights.Gradients, collector, recipe, batching, parts.ValueHead, anchor, run);
        AskedText asked = new(tokenizer, () => parts.Session.Format(settings.Format));
        return new TrainingTask(training, (step, _) => Sample(training, tokenizer, asked, step))
        {
            NewBrakes = () => RunBrakes.Of(settings.Brakes with { AnchorQuestions = heldOut.Count }, settings.Output),
            IsOver = () => run.SampledTokens >= run.Budget,
            Save = folder => MethodRuns.Save(run, recipe, parts.Frozen, folder),
            Restore = folder => MethodRuns.Restore(run, recipe, parts.Frozen, folder),
            Shown = anchor is null ? null : () => anchor.Shown,
            Owned = outside,
        };
    }

    // The player of a world's episodes; null: there is no world.
    private EpisodeSampler? Episodes(TrainingParts parts, FrozenTraces? frozen)
    {
        if (settings.World is null) return null;
        WorldChoice world = WorldChoice.Of(settings.World, settings.OpenWorld);
        EpisodePlayer player = new(
            world.Open,
            new TurnFormat(parts.Session.Format(settings.Format), settings.Instructions ? world.Instructions() : null),
            new ModelGenerator(parts.Decoder), parts.Decoder,
            new EpisodeLimits
            {
                Turns = settings.MaxTurns, Tokens = settings.MaxResponseTokens, Context = parts.Decoder.Config.MaxPositions,
                Together = world.Together,
            });
        ModelTraceSource policy = new(parts.Decoder);
        return new EpisodeSampler(
            player, parts.Session.Tokenizer, frozen,
            settings.LearnObservations ? (queries, cancellation) => policy.Trace(queries, 1, cancellation) : null);
    }

    private RlBatching Batching() => new()
    {
        Prompts = settings.BatchSize,
        MicroBatch = settings.MicroBatch,
        Shares = settings.Shares,
        MaxResponseTokens = settings.MaxResponseTokens,
        Seed = settings.Seed,
        HasDropout = settings.LoraDropout > 0,
        Source = settings.DataName,
    };

    // One of the step's own responses, its tokens coloured by what they were rewarded or, where that is one number, by what the
    // response was better than its group. A run that was stopped between a step and its report goes on without the step's
    // rollouts.
    private static TrainingSample? Sample(ReinforcementTraining training, Tokenizer tokenizer, AskedText asked, int step)
    {
        if (training.Last.IsEmpty) return null;
        RolloutGroup group = training.Last.Batch.Groups[0];
        Rollout rollout = group.Rollouts[0];
        double[] values = rollout.Frozen is { } frozen
            ? EndogenousReward.Compute(frozen, new RewardOptions()).PerToken
            : training.Last.Advantages.Advantages[0][0];
        string[] texts = [.. tokenizer.TokenTexts(rollout.Response.TokenIds)];
        return new TrainingSample(step, asked.Of(group.Prompt.Ids), [.. texts.Select((t, i) => new TextPiece(t, values[i]))]);
    }
}
