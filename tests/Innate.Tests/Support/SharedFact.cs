namespace Innate.Tests.Support;

/// <summary>Where the repository and the folder of shared material beside it lie.</summary>
internal static class Places
{
    public static readonly string Repository = FindRepository();

    public static readonly string Shared = Path.GetFullPath(Path.Combine(Repository, "..", "shared"));

    public static readonly string Fixtures = Path.Combine(Repository, "tests", "Fixtures");

    public static string? WhyMissing(string relativePath) =>
        Path.Exists(Path.Combine(Shared, relativePath)) ? null : $"needs ../shared/{relativePath}, which is not here";

    private static string FindRepository()
    {
        for (string? d = AppContext.BaseDirectory; d is not null; d = Path.GetDirectoryName(d))
        {
            if (File.Exists(Path.Combine(d, "Innate.slnx"))) return d;
        }

        throw new InvalidOperationException("The tests run from inside the repository: no Innate.slnx was found above them.");
    }
}

/// <summary>A test that reads material beside the repository, and is skipped, by name, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string relativePath) => Skip = Places.WhyMissing(relativePath);
}

/// <summary>A theory that reads material beside the repository, and is skipped, by name, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string relativePath) => Skip = Places.WhyMissing(relativePath);
}
