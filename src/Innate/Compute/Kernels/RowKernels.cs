using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>The kernels that treat each row on its own: norm, rotation, gate, residual sum, scale, soft-cap.</summary>
internal static unsafe partial class RowKernels
{
    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm<T>(float* x, float* weight, int columns, float epsilon, float* y)
        where T : struct, ILanes<T>
    {
        float* tail = stackalloc float[ILanes<T>.Count];
        int whole = columns & ~(ILanes<T>.Count - 1);
        T squares = T.Broadcast(0);
        for (int c = 0; c < whole; c += ILanes<T>.Count)
        {
            T v = T.Load(x + c);
            squares = T.FusedMultiplyAdd(v, v, squares);
        }

        if (whole < columns)
        {
            T v = LoadTail<T>(x + whole, columns - whole, tail);
            squares = T.FusedMultiplyAdd(v, v, squares);
        }

        T scale = T.Broadcast(1 / MathF.Sqrt((T.Sum(squares) / columns) + epsilon));
        for (int c = 0; c < whole; c += ILanes<T>.Count) T.Store(T.Load(x + c) * scale * T.Load(weight + c), y + c);
        if (whole < columns)
        {
            T v = LoadTail<T>(x + whole, columns - whole, tail);
            T w = LoadTail<T>(weight + whole, columns - whole, tail);
            StoreTail(v * scale * w, y + whole, columns - whole, tail);
        }
    }

    /// <summary>
    /// Rotates the pairs (x[i], x[i + half]) of one head by its position's angles, as Hugging Face's rotate_half does; or back
    /// by them, which is the gradient.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate<T>(float* x, float* cos, float* sin, int half, bool back)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int i = 0;
        // Subtracting from -0 changes the sign alone, also of a zero: the lanes give the bits of the single steps below.
        T turn = T.Broadcast(back ? -1 : 1), negative = T.Broadcast(-0f);
        for (; i + L <= half; i += L)
        {
            T a = T.Load(x + i), b = T.Load(x + i + half), c = T.Load(cos + i), s = T.Load(sin + i) * turn;
            T.Store(T.FusedMultiplyAdd(a, c, negative - (b * s)), x + i);
            T.Store(T.FusedMultiplyAdd(b, c, a * s), x + i + half);
        }

        for (; i < half; i++)
        {
            float a = x[i], b = x[i + half], s = back ? -sin[i] : sin[i];
            // Written with fused steps so that every path and every machine rounds alike.
            x[i] = MathF.FusedMultiplyAdd(a, cos[i], -(b * s));
            x[i + half] = MathF.FusedMultiplyAdd(b, cos[i], a * s);
        }
    }

    /// <summary>h = activation(gate) * up; h may be gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate<T>(Activation activation, float* gate, float* up, float* h, int columns)
        where T : struct, ILanes<T>
    {
        float* tail = stackalloc float[ILanes<T>.Count];
        int whole = columns & ~(ILanes<T>.Count - 1);
        for (int c = 0; c < whole; c += ILanes<T>.Count)
        {
            T.Store(Activate(activation, T.Load(gate + c)) * T.Load(up + c), h + c);
        }

        if (whole < columns)
        {
            T g = LoadTail<T>(gate + whole, columns - whole, tail);
            T u = LoadTail<T>(up + whole, columns - whole, tail);
            StoreTail(Activate(activation, g) * u, h + whole, columns - whole, tail);
        }
    }

    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(float* x, float* y, int columns)
        where T : struct, ILanes<T>
    {
        int whole = columns & ~(ILanes<T>.Count - 1);
        for (int c = 0; c < whole; c += ILanes<T>.Count) T.Store(T.Load(y + c) + T.Load(x + c), y + c);
        for (int c = whole; c < columns; c++) y[c] += x[c];
    }

    /// <summary>sum = y + scale x; sum may be y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled<T>(float* x, float scale, float* y, float* sum, int columns)
        where T : struct, ILanes<T>
    {
        const int L = ILanes<T>.Count;
        int whole = columns & ~(L - 1);
        for (int c = 0; c < whole; c += L)
        {
            T.Store(T.FusedMultiplyAdd(T.Load(x + c), T.Broadcast(scale), T.Load(y + c)), sum + c);
        }

        for (int c = whole; c < columns; c++) sum[c] = MathF.FusedMultiplyAdd(x[c], scale, y[c]);
    }

    /// <summary>y = scale x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(float* x, float scale, float* y, int columns)
        where T : struct, ILanes<T>
    {
        int whole = columns & ~(ILanes<T>.Count - 1);
        for (int c = 0; c < whole; c += ILanes<T>.Count) T.Store(T.Load(x + c) * T.Broadcast(scale), y + c);
        for (int c = whole; c < columns; c++) y[c] = x[c] * scale;
    }

    /// <summary>x = cap * tanh(x / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftCap<T>(float* x, float cap, int columns)
        where T : struct, ILanes<T>
    {
        float* tail = stackalloc float[ILanes<T>.Count];
        int whole = columns & ~(ILanes<T>.Count - 1);
        for (int c = 0; c < whole; c += ILanes<T>.Count) T.Store(SoftCap(T.Load(x + c), cap), x + c);
        if (whole < columns)
        {
            T v = LoadTail<T>(x + whole, columns - whole, tail);
            StoreTail(SoftCap(v, cap), x + whole, columns - whole, tail);
        }
    }

    /// <summary>cap * tanh(value / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SoftCap<T>(T value, float cap)
        where T : struct, ILanes<T> => T.Broadcast(cap) * LaneMath.Tanh(value / T.Broadcast(cap));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Activate<T>(Activation activation, T x)
        where T : struct, ILanes<T>
    {
        if (activation == Activation.Silu) return x * LaneMath.Sigmoid(x);
        // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel, arXiv 1606.08415)
        T inner = T.FusedMultiplyAdd(x * x * x, T.Broadcast(0.044715f), x) * T.Broadcast(0.7978845608028654f);
        return T.Broadcast(0.5f) * x * (T.Broadcast(1) + LaneMath.Tanh(inner));
    }

    private static T LoadTail<T>(float* source, int count, float* tail)
        where T : struct, ILanes<T>
    {
        new Span<float>(tail, ILanes<T>.Count).Clear();
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(tail, count));
        return T.Load(tail);
    }

    private static void StoreTail<T>(T value, float* destination, int count, float* tail)
        where T : struct, ILanes<T>
    {
        T.Store(value, tail);
        new ReadOnlySpan<float>(tail, count).CopyTo(new Span<float>(destination, count));
    }
}
