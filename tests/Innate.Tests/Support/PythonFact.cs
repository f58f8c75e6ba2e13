namespace Innate.Tests.Support;

/// <summary>A test that asks a Python script, and is skipped, by name, where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = Find() is null ? "needs python3, which is not on the path" : null;

    /// <summary>The interpreter; null: there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
}
