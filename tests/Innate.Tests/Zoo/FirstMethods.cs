namespace Innate.Tests.Zoo;

/// <summary>The zoo, sections 1 to 17, as calls of the library.</summary>
internal static class FirstMethods
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new[] { FirstRewards.All, FirstAdvantages.All, FirstObjectives.All, FirstSchedules.All }
            .SelectMany(m => m).ToDictionary(StringComparer.Ordinal);
}
