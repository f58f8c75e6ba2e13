using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Innate.Compute.Simd.Tiles;

/// <summary>How a panel's values are stored, and widened to float32 as they are loaded.</summary>
internal unsafe interface IPanelType
{
    /// <summary>Bytes a value.</summary>
    static abstract int Size { get; }

    static abstract Vector512<float> Load512(byte* source);

    static abstract Vector256<float> Load256(byte* source);

    static abstract Vector128<float> Load128(byte* source);
}

/// <summary>float32 panels.</summary>
internal readonly unsafe struct Float32Panel : IPanelType
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source) => Avx512F.LoadVector512((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source) => Avx.LoadVector256((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source) => Vector128.Load((float*)source);
}

/// <summary>bfloat16 panels.</summary>
internal readonly unsafe struct BFloat16Panel : IPanelType
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source) => Lanes512.WidenBFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source) => Lanes256.WidenBFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source) => Lanes128.WidenBFloat16((ushort*)source);
}

/// <summary>float16 panels; every value finite.</summary>
internal readonly unsafe struct Float16Panel : IPanelType
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(byte* source) => Lanes512.WidenFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(byte* source) => Lanes256.WidenFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(byte* source) => Lanes128.WidenFloat16((ushort*)source);
}
