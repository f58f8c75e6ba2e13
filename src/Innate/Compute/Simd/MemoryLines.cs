using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Innate.Compute.Simd;

/// <summary>Memory as the cache has it: lines of 64 bytes.</summary>
internal static unsafe class MemoryLines
{
    /// <summary>Asks for memory that will be read soon; nothing is read, so the addresses need not be valid.</summary>
    /// <param name="from">The first byte.</param>
    /// <param name="bytes">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* from, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < bytes; i += 64) Sse.Prefetch0(from + i);
    }
}
