using Innate.Tests.Support;

namespace Innate.Tests.Zoo;

/// <summary>
/// Every number case of the worlds, of search and of tokens that are no text, read from the zoo's file: no number is copied, and
/// a method without an implementation fails.
/// </summary>
public sealed class WorldCases
{
    private const string CaseFile = "verifier_cases.json";

    private static readonly Dictionary<string, Func<ZooCase, object>> Methods =
        new[] { WorldCounts.All, WorldRewards.All, WorldTokens.All }.SelectMany(m => m).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string, int> Cases() => ZooCase.Data("worlds", CaseFile);

    [SharedTheory($"zoo/{CaseFile}")]
    [MemberData(nameof(Cases))]
    public void A_method_gives_the_zoos_numbers(string method, int number)
    {
        ZooCase zoo = ZooCase.Read("worlds", CaseFile).Single(c => c.Method == method && c.Number == number);
        Assert.True(Methods.TryGetValue(method, out Func<ZooCase, object>? run), $"{method} has no implementation.");
        Assert.Empty(zoo.Differences(run(zoo)));
    }
}
