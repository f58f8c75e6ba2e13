namespace Innate.Tests.Zoo;

/// <summary>The zoo, sections 1 to 17, as calls of the library.</summary>
internal static class FirstMethods
{
    public static IReadOnlyDictionary<string, Func<ZooInputs, object>> All { get; } =
        new Dictionary<string, Func<ZooInputs, object>>(StringComparer.Ordinal)
        {
        };
}
