using Innate.Tests.Support;

namespace Innate.Tests.Zoo;

/// <summary>
/// Every number case of reinforcement learning's methods, read from the zoo's files: no number is copied, and a method without
/// an implementation fails.
/// </summary>
public sealed class ZooCases
{
    private static readonly Dictionary<string, Func<ZooInputs, object>> Methods =
        new[] { FirstMethods.All, SecondMethods.All }.SelectMany(m => m).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string, int> Cases() => ZooCase.Data("rl", "rl_cases.json", "verifier_cases.json");

    [SharedTheory("zoo/rl_cases.json")]
    [MemberData(nameof(Cases))]
    public void A_method_gives_the_zoos_numbers(string method, int number)
    {
        ZooCase zoo = All().Single(c => c.Method == method && c.Number == number);
        Assert.True(Methods.ContainsKey(method), $"{method} has no implementation.");
        Assert.Empty(zoo.Differences(Methods[method](zoo.Inputs)));
    }

    private static IEnumerable<ZooCase> All() => ZooCase.Read("rl", "rl_cases.json", "verifier_cases.json");
}
