using Innate.Search;

namespace Innate.Tests.Search;

/// <summary>
/// The first example that AlphaGeometry's paper gives: an isosceles triangle has equal angles, which follows from nothing that is
/// given until a midpoint of the base is added.
/// </summary>
public sealed class ConstructionSearchTests
{
    private const string Goal = "angle abc = angle acb", Midpoint = "d midpoint bc", Foot = "e foot of a on bc";

    private static readonly DeductionRule[] Theory =
    [
        new([Midpoint], "bd = cd"),
        new([Midpoint], "d on bc"),
        new(["ab = ac", "bd = cd", "d on bc"], "abd congruent acd"),
        new(["abd congruent acd"], Goal),
        new(["f on ab"], "f on line ab"),
    ];

    [Fact]
    public void A_midpoint_is_added_and_the_goal_follows()
    {
        ConstructionFound found = Find(width: 2, depth: 1)!;
        Assert.Equal([Midpoint], found.Added);
        Assert.Superset(new HashSet<string>(["ab = ac", Midpoint]), found.Used.ToHashSet());
        Assert.DoesNotContain("abc triangle", found.Used);
        Assert.Equal(3, found.Closures);
    }

    [Fact]
    public void What_is_too_narrow_or_too_shallow_does_not_reach_it()
    {
        Assert.Null(Find(width: 1, depth: 1));
        Assert.Null(Find(width: 4, depth: 0));
        Assert.Equal([Foot, Midpoint], Find(width: 1, depth: 2)!.Added);
    }

    [Fact]
    public void What_follows_already_needs_no_construction()
    {
        ConstructionFound found = ConstructionSearch.Find(["f on ab"], "f on line ab", Theory, _ => [], 1, 3)!;
        Assert.Empty(found.Added);
        Assert.Equal(1, found.Closures);
    }

    // The foot is the likelier proposal, and helps nothing in this theory.
    private static ConstructionFound? Find(int width, int depth) => ConstructionSearch.Find(
        ["abc triangle", "ab = ac"], Goal, Theory,
        given => [.. new[] { new Construction(Foot, -0.3), new(Midpoint, -0.9), new("f on ab", -2.0) }], width, depth);
}
