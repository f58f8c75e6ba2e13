using Innate.Reinforcement.Advantages;
using Innate.Reinforcement.Rollouts;

namespace Innate.Reinforcement.Methods;

/// <summary>A batch whose advantages are wanted.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Groups">The rollouts.</param>
/// <param name="Rewards">One entry a group.</param>
internal sealed record AdvantageScene(
    RlRecipe Recipe, IReadOnlyList<RolloutGroup> Groups, IReadOnlyList<GroupRewards> Rewards)
{
    /// <summary>The same number at every token of a response.</summary>
    /// <param name="perResponse">One array a group, one number a response.</param>
    public TokenLevelBatch Repeat(IEnumerable<double[]> perResponse) => new(
    [
        .. perResponse.Select((numbers, g) =>
            TokenLevelGroup.Repeat(numbers, [.. Groups[g].Rollouts.Select(r => r.Length)])),
    ]);

    /// <summary>Advantages of some groups, which are all there is to compare; 0 for the others.</summary>
    /// <param name="isOf">Whether a group is one of them.</param>
    /// <param name="advantages">The groups and their rewards to one array a response, group after group.</param>
    public TokenLevelBatch OfSome(
        Func<RolloutGroup, bool> isOf,
        Func<IReadOnlyList<RolloutGroup>, IReadOnlyList<GroupRewards>, IReadOnlyList<double[]>> advantages)
    {
        int[] places = [.. Enumerable.Range(0, Groups.Count).Where(g => isOf(Groups[g]))];
        RolloutGroup[] some = [.. places.Select(g => Groups[g])];
        TokenLevelBatch of = TokenLevelBatch.Regroup(
            some.Length == 0 ? [] : advantages(some, [.. places.Select(g => Rewards[g])]), some.Select(g => g.Rollouts.Count));
        TokenLevelGroup[] all = [.. Repeat(Groups.Select(g => new double[g.Rollouts.Count])).Groups];
        for (int i = 0; i < places.Length; i++) all[places[i]] = of[i];
        return new TokenLevelBatch(all);
    }

    /// <summary>One array a token of each response of each group.</summary>
    /// <param name="perToken">The group's place and rewards to one array a response.</param>
    public TokenLevelBatch PerGroup(Func<RolloutGroup, double[], IReadOnlyList<double[]>> perToken) => new(
        [.. Groups.Select((group, g) => new TokenLevelGroup(perToken(group, Rewards[g].Rewards)))]);
}

/// <summary>An advantage that a recipe brings, beside those that options name.</summary>
/// <param name="Name">Its name in recipe.json.</param>
/// <param name="Compute">One number a token. Pure.</param>
internal sealed record OwnAdvantage(string Name, Func<AdvantageScene, TokenLevelBatch> Compute)
{
    /// <summary>Of an objective that asks for none: 0 at every token.</summary>
    public static OwnAdvantage None { get; } = new(
        "none", scene => scene.Repeat(scene.Groups.Select(g => new double[g.Rollouts.Count])))
    {
        ComparesGroup = false, IsOneAResponse = true,
    };

    /// <summary>Whether the frozen model's traces of the responses are needed.</summary>
    public bool NeedsFrozen { get; init; }

    /// <summary>Whether a response of a group is compared with the others, of which there is then at least one.</summary>
    public bool ComparesGroup { get; init; } = true;

    /// <summary>Whether all tokens of a response have one number.</summary>
    public bool IsOneAResponse { get; init; }
}
