using System.Runtime.Intrinsics.X86;

namespace Innate.Compute.Simd;

/// <summary>Which instructions the kernels use. All paths give the same bits; they differ in speed alone.</summary>
public enum SimdPath
{
    /// <summary>128-bit vectors through the runtime's portable API: NEON on Arm, SSE on x86, plain code elsewhere.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2,

    /// <summary>256-bit vectors, and instructions that multiply and add integers four at a time (AVX-VNNI).</summary>
    AvxVnni,

    /// <summary>512-bit vectors.</summary>
    Avx512,
}

/// <summary>The one switch between the paths.</summary>
internal static class SimdPaths
{
    /// <summary>
    /// The environment variable that overrides the choice: <c>avx512</c>, <c>avxvnni</c>, <c>avx2</c> or <c>portable</c>.
    /// </summary>
    public const string EnvironmentVariable = "INNATE_SIMD";

    /// <summary>
    /// The paths this processor can run, fastest first. <c>Avx512F.IsSupported</c> is asked rather than
    /// <c>Vector512.IsHardwareAccelerated</c>: the latter is a preference about clock speeds and is false on many
    /// processors whose 512-bit units are the fastest thing they have.
    /// </summary>
    public static IReadOnlyList<SimdPath> Supported { get; } = FindSupported();

    /// <summary>The path named by the environment, else the fastest supported one.</summary>
    /// <exception cref="InputException">The environment names an unknown path, or one this processor lacks.</exception>
    public static SimdPath Choose()
    {
        string? name = Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (string.IsNullOrEmpty(name)) return Supported[0];
        SimdPath path = name.ToLowerInvariant() switch
        {
            "avx512" => SimdPath.Avx512,
            "avxvnni" => SimdPath.AvxVnni,
            "avx2" => SimdPath.Avx2,
            "portable" => SimdPath.Portable,
            _ => throw new InputException($"{EnvironmentVariable}: expected avx512, avxvnni, avx2 or portable, found '{name}'."),
        };
        Require(path, EnvironmentVariable);
        return path;
    }

    /// <summary>Refuses a path that this processor lacks.</summary>
    /// <exception cref="InputException">Names the place, the path, and those that there are.</exception>
    internal static void Require(SimdPath path, string place)
    {
        if (Supported.Contains(path)) return;
        throw new InputException(
            $"{place}: {path} is not supported by this processor, which has {string.Join(", ", Supported)}.");
    }

    private static List<SimdPath> FindSupported()
    {
        var paths = new List<SimdPath>();
        if (Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported) paths.Add(SimdPath.Avx512);
        bool has256 = Avx2.IsSupported && Fma.IsSupported;
        if (has256 && AvxVnni.IsSupported) paths.Add(SimdPath.AvxVnni);
        if (has256) paths.Add(SimdPath.Avx2);
        paths.Add(SimdPath.Portable);
        return paths;
    }
}
