namespace Innate.Tests.Zoo;

/// <summary>The zoo, sections 18 to 38 and the controls, as calls of the library.</summary>
internal static class SecondMethods
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new[] { SecondRewards.All, SecondObjectives.All, SecondLaws.All }.SelectMany(m => m)
            .ToDictionary(StringComparer.Ordinal);
}
