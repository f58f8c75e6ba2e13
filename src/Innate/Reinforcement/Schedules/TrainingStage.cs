namespace Innate.Reinforcement.Schedules;

/// <summary>A part of a run with limits of its own. What is null is as in the recipe.</summary>
/// <param name="Share">Its share of the run's batches, as a number beside the other stages' shares.</param>
internal sealed record TrainingStage(double Share)
{
    /// <summary>The longest response, as a share of the run's.</summary>
    public double? LengthShare { get; init; }

    /// <summary>The sampling temperature.</summary>
    public double? Temperature { get; init; }

    /// <summary>How far above 1 the ratio may push.</summary>
    public double? ClipHigh { get; init; }

    /// <summary>Whether the reference is set to the policy when it begins.</summary>
    public bool ResetsReference { get; init; }

    /// <summary>
    /// Prompts whose mean reward in the stages before lies above it are left out from here on; one that was never sampled stays.
    /// </summary>
    public double? DropsAbove { get; init; }
}

/// <summary>
/// Which stage a batch of rollouts is in: a function of its number alone, so that a run that goes on is in the
/// same.
/// </summary>
/// <param name="stages">In order; empty: the run is one stage.</param>
/// <param name="batches">Batches of the whole run.</param>
internal sealed class StagePlan(IReadOnlyList<TrainingStage> stages, int batches)
{
    /// <summary>The stages.</summary>
    public IReadOnlyList<TrainingStage> Stages => stages;

    /// <summary>The stage's place, from 0; 0 where there are none.</summary>
    /// <param name="number">The batch's number, from 1.</param>
    public int PlaceOf(int number)
    {
        double whole = stages.Sum(s => s.Share), before = 0;
        for (int place = 0; place < stages.Count - 1; place++)
        {
            before += stages[place].Share;
            if (number <= LastOf(before / whole)) return place;
        }

        return Math.Max(0, stages.Count - 1);
    }

    /// <summary>The stage; null where there are none.</summary>
    public TrainingStage? Of(int number) => stages.Count == 0 ? null : stages[PlaceOf(number)];

    /// <summary>Whether a batch is the first of a stage that follows another.</summary>
    public bool Begins(int number) => number > 1 && PlaceOf(number) != PlaceOf(number - 1);

    /// <summary>The recipe as a batch has it.</summary>
    public RlRecipe Recipe(RlRecipe recipe, int number) => Of(number) is not { } stage ? recipe : recipe with
    {
        Temperature = stage.Temperature ?? recipe.Temperature, ClipHigh = stage.ClipHigh ?? recipe.ClipHigh,
    };

    /// <summary>The longest response of a batch, at least 1.</summary>
    public int MaxTokens(int whole, int number) => Of(number)?.LengthShare is { } share
        ? Math.Max(1, (int)Math.Round(whole * share)) : whole;

    private int LastOf(double share) => (int)Math.Round(batches * share);
}
