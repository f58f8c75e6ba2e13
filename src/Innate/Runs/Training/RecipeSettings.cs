using Innate.Recipes;
using Innate.Reinforcement;
using Innate.Sessions;

namespace Innate.Runs.Training;

/// <summary>In which size a recipe is run.</summary>
public enum RecipeScale
{
    /// <summary>What a workstation can run: few prompts, at most eight responses, a rate that goes by the model's size.</summary>
    Small,

    /// <summary>The paper's batch, length and rate, where they are known.</summary>
    Paper,
}

/// <summary>A recipe as settings of a run.</summary>
internal static class RecipeSettings
{
    private const int MostResponses = 8, MostMinibatches = 2;

    /// <summary>The settings with a recipe's numbers, in the settings' scale.</summary>
    public static ReinforcementSettings Of(ReinforcementSettings settings, Recipe recipe)
    {
        ReinforcementSettings named = settings with
        {
            FromRecipe = recipe.Name, Recipe = recipe.Learns, Schedule = recipe.Schedule ?? settings.Schedule,
            Warmup = recipe.Rate.Warmup ?? settings.Warmup, Stable = recipe.Rate.Stable ?? settings.Stable,
            FinalRate = recipe.Rate.Final ?? settings.FinalRate,
        };
        RecipeSize size = recipe.Size;
        if (settings.Scale == RecipeScale.Small)
        {
            return named with
            {
                Recipe = recipe.Learns with
                {
                    GroupSize = Math.Min(recipe.Learns.GroupSize, MostResponses),
                    Minibatches = Math.Min(recipe.Learns.Minibatches, MostMinibatches),
                },
            };
        }

        return named with
        {
            Recipe = recipe.Learns with
            {
                GroupSize = size.Responses ?? recipe.Learns.GroupSize,
                Minibatches = size.Minibatches ?? recipe.Learns.Minibatches,
            },
            BatchSize = size.Prompts ?? settings.BatchSize,
            MicroBatchSize = size.Prompts is null ? settings.MicroBatchSize : settings.MicroBatchSize ?? 1,
            MaxResponseTokens = size.Tokens ?? settings.MaxResponseTokens,
            LearningRate = size.Rate ?? settings.LearningRate,
            WeightDecay = size.WeightDecay ?? settings.WeightDecay,
            Clip = size.Clip ?? settings.Clip,
        };
    }

    /// <summary>The settings with a learning rate: of a recipe in the small scale it goes by the model's size.</summary>
    public static ReinforcementSettings WithRate(this ReinforcementSettings settings, ModelSession session)
    {
        if (settings.FromRecipe is null || settings.LearningRate is not null || session.Config is null) return settings;
        return settings with { LearningRate = TrainingChecks.RateOf(session, settings.HasLora) };
    }
}
