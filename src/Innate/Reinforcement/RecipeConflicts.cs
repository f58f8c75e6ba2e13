using System.Globalization;
using Innate.Reinforcement.Rewards;
using Innate.Reinforcement.Rollouts;
using Innate.Scoring.Expressions;

namespace Innate.Reinforcement;

/// <summary>What does not go together in a recipe.</summary>
internal static class RecipeConflicts
{
    private const string AtLeastTwo = "at least 2";
    private const string Advantage = $"{{{nameof(RlRecipe.Advantage)}}}";
    private const string Objective = $"{{{nameof(RlRecipe.Objective)}}}";
    private const string Rewards = $"{{{nameof(RlRecipe.Rewards)}}}";

    /// <summary>All problems at once; fields are properties of <see cref="RlRecipe"/>.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Empty where the recipe can be used.</returns>
    public static IReadOnlyList<InputProblem> Of(RlRecipe recipe) =>
        [.. Groups(recipe), .. Ranges(recipe), .. Combinations(recipe)];

    // Groups of one have nothing to compare.
    private static IEnumerable<InputProblem> Groups(RlRecipe recipe)
    {
        const string field = nameof(RlRecipe.GroupSize);
        if (recipe.GroupSize < 1) yield return new(field, "a whole number of at least 1", Text(recipe.GroupSize));
        if (recipe.GroupSize > 1 && recipe.Method.SamplesNothing && recipe.Method.Fields.HasFlag(PromptFields.Demonstration))
        {
            yield return new(field, "1 with demonstrations, of which a row has one", Text(recipe.GroupSize));
        }

        if (recipe.GroupSize != 1) yield break;
        bool hasGroupBaseline = recipe.Method.Advantage?.ComparesGroup ?? recipe.Advantage
            is not (AdvantageKind.Gae or AdvantageKind.ReinforcePlusPlus or AdvantageKind.Remax);
        if (hasGroupBaseline)
        {
            yield return new(
                field,
                $"{AtLeastTwo} with {Advantage} {RecipeNames.AdvantageOf(recipe)}, whose baseline is the group",
                "1");
        }

        if (HasMajority(recipe)) yield return new(field, $"{AtLeastTwo} with {Rewards} majority", "1");
        if (recipe.Rewards.Select(r => r.Own).FirstOrDefault(o => o is { ComparesGroup: true }) is { } own)
        {
            yield return new(field, $"{AtLeastTwo} with {Rewards} {own.Name}, which compares a group", "1");
        }

        if (recipe.Rewards.Any(r => r.Normalized))
        {
            yield return new(field, $"{AtLeastTwo} with {Rewards} normalized, which compares a group", "1");
        }

        if (recipe.Rewards.Select(r => r.Expression?.Needs.Group).FirstOrDefault(c => c is not null) is { } compares)
        {
            yield return new(field, $"{AtLeastTwo} with {Rewards} {compares}, which compares a group", "1");
        }

        if (recipe.Rewards.Any(r => r.Shuffled))
        {
            yield return new(field, $"{AtLeastTwo} with {Rewards} shuffled, which deals out a group's rewards anew", "1");
        }
    }

    private static IEnumerable<InputProblem> Combinations(RlRecipe recipe)
    {
        string advantage = RecipeNames.AdvantageOf(recipe), objective = RecipeNames.ObjectiveOf(recipe);
        double[] alphas = [.. recipe.Alphas.Distinct()];
        if (alphas.Length > 1)
        {
            yield return new(
                $"{nameof(RlRecipe.Rewards)}: endogenous", "one alpha in all its parts",
                string.Join(" and ", alphas.Select(Text)));
        }

        string? compares = HasMajority(recipe) ? "majority"
            : recipe.Rewards.Any(r => r.Normalized) ? "normalized"
            : recipe.Rewards.Any(r => r.Shuffled) ? "shuffled"
            : recipe.Rewards.Select(r => r.Expression?.Needs.Group).FirstOrDefault(c => c is not null);
        if (recipe is { Advantage: AdvantageKind.Remax, Method.Advantage: null } && compares is not null)
        {
            yield return new(
                nameof(RlRecipe.Rewards),
                $"parts that reward one response alone with {Advantage} remax, whose baseline is one greedy answer", compares);
        }

        if (recipe.LearnsPairs)
        {
            if (!(recipe.Kl > 0)) yield return new(nameof(RlRecipe.Kl), $"above 0 with {Objective} dpo, whose beta it is", "0");
            if (recipe.KlInReward) yield return new(nameof(RlRecipe.KlInReward), $"loss with {Objective} dpo", "reward");
            if (recipe.EntropyBonus != 0)
            {
                yield return new(nameof(RlRecipe.EntropyBonus), $"0 with {Objective} dpo", Text(recipe.EntropyBonus));
            }

            if (recipe.Advantage != AdvantageKind.GroupNormalized)
            {
                yield return new(
                    nameof(RlRecipe.Advantage), $"none of its own with {Objective} dpo, which pairs the best with the worst",
                    advantage);
            }
        }

        bool isDense = recipe.Method.Advantage is null && recipe.Advantage is AdvantageKind.Gae or AdvantageKind.TokenReturns
            or AdvantageKind.ReinforcePlusPlus
            or AdvantageKind.Remax;
        foreach (RewardExpression expression in recipe.Rewards.Select(r => r.Expression).OfType<RewardExpression>())
        {
            if (!isDense || ExpressionConflicts.Bent(expression) is not { } bent) continue;
            yield return new(
                nameof(RlRecipe.Rewards),
                $"token rewards in sums, and in products with what is none, with {Advantage} {advantage}, which learns token by "
                + "token",
                ExpressionText.Of(bent));
        }

        if (recipe is { Kl: > 0, KlInReward: false } && !recipe.LearnsPairs
            && !(recipe.Method.Objective?.TakesKl ?? recipe.Objective == PolicyObjectiveKind.Grpo))
        {
            yield return new(
                nameof(RlRecipe.KlInReward),
                $"reward with {Objective} {objective}, as grpo alone has a place for the divergence in the loss",
                "loss");
        }

        bool takesSeveral = recipe.Method.Objective?.TakesSeveralUpdates ?? recipe.Objective != PolicyObjectiveKind.Reinforce;
        if (!takesSeveral && recipe.UpdatesPerRollout > 1)
        {
            yield return new(
                nameof(RlRecipe.Objective),
                "one with a ratio to the policy that sampled, for several updates a batch of rollouts "
                + $"({{{nameof(RlRecipe.RolloutEpochs)}}} x {{{nameof(RlRecipe.Minibatches)}}} "
                + $"is {Text(recipe.UpdatesPerRollout)})",
                objective);
        }

        bool isOneAResponse = recipe.Method.Advantage?.IsOneAResponse ?? recipe.Advantage is AdvantageKind.GroupNormalized
            or AdvantageKind.DrGrpo
            or AdvantageKind.LeaveOneOut or AdvantageKind.ReinforcePlusPlusBaseline;
        if (recipe is { Objective: PolicyObjectiveKind.Gspo, Method.Objective: null } && !isOneAResponse)
        {
            yield return new(
                nameof(RlRecipe.Advantage), $"one number a response with {Objective} gspo",
                $"{advantage}, which is one a token");
        }
    }

    private static IEnumerable<InputProblem> Ranges(RlRecipe recipe)
    {
        (string Field, bool Holds, string Expected, double? Found)[] checks =
        [
            (nameof(recipe.Kl), recipe.Kl >= 0 && double.IsFinite(recipe.Kl), "a number of at least 0", recipe.Kl),
            (
                nameof(recipe.Temperature), recipe.Temperature > 0 && double.IsFinite(recipe.Temperature), "a number above 0",
                recipe.Temperature),
            (nameof(recipe.TopK), recipe.TopK >= 0, "a whole number of at least 0", recipe.TopK),
            (nameof(recipe.TopP), recipe.TopP is > 0 and <= 1, "a number above 0, at most 1", recipe.TopP),
            (nameof(recipe.MinP), recipe.MinP is >= 0 and <= 1, "a number from 0 to 1", recipe.MinP),
            (nameof(recipe.Gamma), recipe.Gamma is >= 0 and <= 1, "a number from 0 to 1", recipe.Gamma),
            (nameof(recipe.Lambda), recipe.Lambda is >= 0 and <= 1, "a number from 0 to 1", recipe.Lambda),
            (nameof(recipe.ClipLow), recipe.ClipLow is null or (>= 0 and <= 1), "a number from 0 to 1", recipe.ClipLow),
            (
                nameof(recipe.ClipHigh), recipe.ClipHigh is null or (>= 0 and < double.PositiveInfinity),
                "a number of at least 0", recipe.ClipHigh),
            (nameof(recipe.EntropyBonus), double.IsFinite(recipe.EntropyBonus), "a finite number", recipe.EntropyBonus),
            (
                nameof(recipe.ValueRate), recipe.ValueRate > 0 && double.IsFinite(recipe.ValueRate), "a number above 0",
                recipe.ValueRate),
            (nameof(recipe.ValueWarmup), recipe.ValueWarmup >= 0, "a whole number of at least 0", recipe.ValueWarmup),
            (nameof(recipe.RolloutEpochs), recipe.RolloutEpochs >= 1, "a whole number of at least 1", recipe.RolloutEpochs),
            (nameof(recipe.Minibatches), recipe.Minibatches >= 1, "a whole number of at least 1", recipe.Minibatches),
            (
                nameof(recipe.DynamicSamplingRounds), recipe.DynamicSamplingRounds >= 1, "a whole number of at least 1",
                recipe.DynamicSamplingRounds),
        ];
        return checks.Where(c => !c.Holds).Select(c => new InputProblem(c.Field, c.Expected, Text(c.Found!.Value)));
    }

    private static bool HasMajority(RlRecipe recipe) => recipe.Rewards.Any(r => r.Source == RewardSource.Majority);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
