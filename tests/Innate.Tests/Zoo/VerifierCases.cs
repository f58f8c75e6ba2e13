using Innate.Tests.Support;

namespace Innate.Tests.Zoo;

/// <summary>
/// Every number case of the verifiers and the reward benchmarks, read from the zoo's file: no number is copied, and a method
/// without an implementation fails. A method whose name goes on behind a point is another case of the one before it.
/// </summary>
public sealed class VerifierCases
{
    private const string CaseFile = "verifier_cases.json";

    private static readonly Dictionary<string, Func<ZooInputs, object>> Methods =
        new[] { VerifierSteps.All, VerifierJudges.All, VerifierRewards.All, VerifierBenchmarks.All }
            .SelectMany(m => m).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string, int> Cases() => ZooCase.Data("verifiers", CaseFile);

    [SharedTheory($"zoo/{CaseFile}")]
    [MemberData(nameof(Cases))]
    public void A_method_gives_the_zoos_numbers(string method, int number)
    {
        ZooCase zoo = All().Single(c => c.Method == method && c.Number == number);
        Func<ZooInputs, object>? run = Find(method);
        Assert.True(run is not null, $"{method} has no implementation.");
        Assert.Empty(zoo.Differences(run(zoo.Inputs)));
    }

    private static Func<ZooInputs, object>? Find(string method)
    {
        for (string name = method; ; name = name[..name.LastIndexOf('.')])
        {
            if (Methods.TryGetValue(name, out Func<ZooInputs, object>? run)) return run;
            if (!name.Contains('.', StringComparison.Ordinal)) return null;
        }
    }

    private static IEnumerable<ZooCase> All() => ZooCase.Read("verifiers", CaseFile);
}
