using Innate.Reinforcement.Reference;
using Innate.Reinforcement.Rollouts;
using Innate.Reinforcement.Schedules;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// A run as its method sees it: whom it can ask, what it remembers, which stage it is in, how its reference
/// moves.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">Whom it can ask.</param>
/// <param name="steps">Optimizer steps of the whole run.</param>
internal sealed class MethodRun(RlRecipe recipe, RolloutModels models, int steps)
{
    private const string Sampled = "sampled_tokens";

    private const string Validation = "validation", Resets = "resets", OptimizerFrom = "optimizer_from";

    /// <summary>What it remembers.</summary>
    public RunMemory Memory { get; } = new();

    /// <summary>Its stages.</summary>
    public StagePlan Stages { get; } = new(recipe.Stages, BatchesOf(recipe, steps));

    /// <summary>Tokens that it may sample; null: no limit.</summary>
    public long? Budget { get; init; }

    /// <summary>Moves the reference so far towards the policy; null: it is frozen.</summary>
    public Action<double>? MoveReference { get; init; }

    /// <summary>Empties the optimizer's means.</summary>
    public Action? ResetOptimizer { get; init; }

    /// <summary>Tokens that were sampled so far, for groups and for what the method asked beside them.</summary>
    public long SampledTokens => (long)(Memory.Number(Sampled) ?? 0);

    /// <summary>Counts what was sampled for a batch, where there is a limit.</summary>
    /// <param name="groups">The groups as they were sampled.</param>
    public void Count(IReadOnlyList<RolloutGroup> groups)
    {
        if (Budget is null) return;
        long own = groups.Sum(g => g.Rollouts.Sum(r => (long)r.Length) + (g.Greedy?.Length ?? 0));
        Memory[Sampled] = [SampledTokens + own + models.TakeSampled()];
    }

    /// <summary>The optimizer's own count of a step: from 1 again after its means were emptied.</summary>
    public int OptimizerStep(int step) => step - (int)(Memory.Number(OptimizerFrom) ?? 0);

    /// <summary>Remembers what held-out questions said, where the reference goes by it.</summary>
    public void Measured(double accuracy)
    {
        if (recipe.Method.Reference.Patience > 0) Memory.Append(Validation, accuracy);
    }

    /// <summary>Moves the reference before a step, where it is due.</summary>
    /// <param name="step">The step, from 1; nothing moves before the first.</param>
    /// <param name="number">The batch it learns from.</param>
    /// <param name="isFirst">Whether the batch is sampled now.</param>
    /// <returns>Whether the reference was set to the policy.</returns>
    public bool Before(int step, int number, bool isFirst)
    {
        ReferenceRule rule = recipe.Method.Reference;
        bool isStage = isFirst && Stages.Begins(number) && Stages.Of(number)!.ResetsReference;
        if (step == 1 || MoveReference is null) return false;
        if (isStage || (isFirst && IsStalled(rule)))
        {
            MoveReference(1);
            ResetOptimizer?.Invoke();
            Memory[OptimizerFrom] = [step - 1];
            return true;
        }

        bool isDue = rule.AtSync
            ? GeneratorSync.IsDue(step - 1, recipe.UpdatesPerRollout)
            : rule.Every > 0 && (step - 1) % rule.Every == 0;
        if (!isDue) return false;
        MoveReference(rule.RateAt?.Invoke(step - 1, steps) ?? rule.Rate);
        return rule.IsReset;
    }

    /// <summary>Where a batch stands.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="prompts">The prompts of the data.</param>
    /// <param name="score">Rewards groups.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public RolloutScene Scene(
        int number, IReadOnlyList<PolicyPrompt> prompts,
        Func<IReadOnlyList<RolloutGroup>, RolloutScene, GroupScores> score, CancellationToken cancellation)
    {
        RolloutScene? scene = null;
        return scene = new RolloutScene
        {
            Recipe = recipe, Models = models, Prompts = prompts, Number = number, Memory = Memory,
            Score = groups => score(groups, scene!), Cancellation = cancellation,
        };
    }

    private static int BatchesOf(RlRecipe recipe, int steps) => (steps + recipe.UpdatesPerRollout - 1) / recipe.UpdatesPerRollout;

    // One more reset than were made.
    private bool IsStalled(ReferenceRule rule)
    {
        if (rule.Patience == 0) return false;
        int due = ReferenceReset.Times(Memory[Validation], rule.Patience).Length, done = (int)(Memory.Number(Resets) ?? 0);
        if (due <= done) return false;
        Memory[Resets] = [due];
        return true;
    }
}
