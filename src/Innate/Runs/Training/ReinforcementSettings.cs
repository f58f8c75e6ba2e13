using Innate.Engines;
using Innate.Environments;
using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Reinforcement.Advantages;

namespace Innate.Runs.Training;

/// <summary>Reinforcement learning: sample groups of responses, reward and compare them, learn from the comparison.</summary>
public sealed record ReinforcementSettings : TrainingSettings
{
    /// <summary>The recipe: a preset, or one of its own parts.</summary>
    public RlRecipe Recipe { get; init; } = RlRecipe.Preset("endorm-grpo");

    /// <summary>The paper's recipe that <see cref="Recipe"/> started from; null: a preset, or its own parts.</summary>
    public string? FromRecipe { get; init; }

    /// <summary>In which size a paper's recipe is run.</summary>
    public RecipeScale Scale { get; init; }

    /// <summary>
    /// The world in whose episodes it learns, in place of <see cref="TrainingSettings.Data"/>, as the command's
    /// <c>--world</c> takes it; null: it answers prompts. <see cref="WithWorld"/> sets it with its reward.
    /// </summary>
    public string? World { get; init; }

    /// <summary>Makes a copy of a world of your own, which <see cref="World"/> only names; null: it says which.</summary>
    public Func<IEnvironment>? OpenWorld { get; init; }

    /// <summary>In a world: seeds, from 0 on, each a prompt.</summary>
    public int WorldSeeds { get; init; } = 200;

    /// <summary>In a world: the most turns of an episode.</summary>
    public int MaxTurns { get; init; } = 30;

    /// <summary>In a world: the most tokens of a turn, its end token included.</summary>
    public int TurnTokens { get; init; } = 32;

    /// <summary>In a world: whether a turn is learned from by what is still earned from it on.</summary>
    internal bool TurnRewards => ReferenceEquals(Recipe.Method.Advantage, TurnReturnsAdvantage.Own);

    /// <summary>In a world: whether its words are learned from too, as if the policy had written them: a control.</summary>
    public bool LearnObservations { get; init; }

    /// <summary>Whether the policy is told the world's own words on its actions, as the system message.</summary>
    public bool Instructions { get; init; }

    /// <summary>The longest response, its end token included; in a world an episode, its words included.</summary>
    public int MaxResponseTokens { get; init; } = 256;

    /// <summary>Tokens that the run may sample: it ends with the batch in which it reaches them; null: no limit.</summary>
    internal long? TokenBudget { get; init; }

    /// <summary>The frozen model that rewards, and that the policy is held to; null: the model as it is at the start.</summary>
    public string? RewardModel { get; init; }

    /// <summary>
    /// A second frozen model, which a recipe compares the first with or learns from: a base model, a half-way checkpoint, a
    /// teacher; null: none.
    /// </summary>
    public string? SecondModel { get; init; }

    /// <summary>How llama.cpp runs <see cref="RewardModel"/>, a GGUF file; null: this library runs it.</summary>
    public LlamaCppSettings? RewardEngine { get; init; }

    /// <summary>
    /// What <see cref="Auditing.ContaminationRun"/> found of <see cref="TrainingSettings.Data"/>, told among the run's facts;
    /// null: the file of that name beside the data, where there is one.
    /// </summary>
    public string? Contamination { get; init; }

    /// <summary>When the run is to be stopped for its own good.</summary>
    public BrakeOptions Brakes { get; init; } = new();

    /// <summary>The settings in a world: the preset grpo, rewarded by the world alone.</summary>
    /// <param name="world">As the command's <c>--world</c> takes it, or what <paramref name="open"/> opens is called.</param>
    /// <param name="open">Makes a copy of a world of your own; null: <paramref name="world"/> says which.</param>
    /// <exception cref="InputException">There is no such world.</exception>
    public ReinforcementSettings WithWorld(string world, Func<IEnvironment>? open = null)
    {
        WorldChoice.Of(world, open);
        return this with
        {
            World = world, OpenWorld = open, Recipe = WorldTable.Rewarded(RlRecipe.Preset("grpo"), world),
        };
    }

    /// <summary>The settings with a paper's recipe, in their scale; what is set afterwards replaces its numbers.</summary>
    /// <param name="recipe">One of <see cref="RecipeList.All"/>.</param>
    public ReinforcementSettings With(Recipe recipe) => RecipeSettings.Of(this, recipe);

    internal override string DataName => World ?? Data;

    internal override string DataDigest => World is null ? base.DataDigest : "none: a world";

    internal override (double Whole, double Lora) DefaultRates => (1e-6, 1e-5);
}
