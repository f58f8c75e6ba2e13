using Innate.LlamaCpp;
using Innate.Tests.Support;

namespace Innate.Tests.LlamaCpp;

/// <summary>Whether llama.cpp's native library is here; it is loaded once for all tests.</summary>
internal static class LlamaLibrary
{
    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            NativeBackend.Load();
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    });

    /// <summary>Why tests of it are skipped; null: they are not.</summary>
    public static string? WhyMissing(string? shared) =>
        Missing.Value ?? (shared is null ? null : Places.WhyMissing(shared));
}

/// <summary>A test of llama.cpp, skipped, by name, where its native library (or the shared material) is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LlamaFactAttribute : FactAttribute
{
    public LlamaFactAttribute(string? shared = null) => Skip = LlamaLibrary.WhyMissing(shared);
}

/// <summary>A theory of llama.cpp, skipped, by name, where its native library is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LlamaTheoryAttribute : TheoryAttribute
{
    public LlamaTheoryAttribute() => Skip = LlamaLibrary.WhyMissing(null);
}
