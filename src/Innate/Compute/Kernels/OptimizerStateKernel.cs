using System.Runtime.CompilerServices;
using Innate.Compute.Simd;

namespace Innate.Compute.Kernels;

/// <summary>
/// The optimizer's work where state is held in fewer bits than float32: a stretch at a time is put together in memory that the
/// first level keeps, worked on as float32, and taken apart again.
/// </summary>
internal static unsafe class OptimizerStateKernel
{
    /// <summary>Values that are put together at a time.</summary>
    public const int Stretch = 1024;

    /// <summary>One step of AdamW on a stretch; the gradient is zeroed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="state">The matrix's state.</param>
    /// <param name="gradient">The stretch's gradient.</param>
    /// <param name="at">The stretch's first value.</param>
    /// <param name="count">Its values, a multiple of 16, at most <see cref="Stretch"/>.</param>
    /// <param name="key">Decides, with a value's place, how a bfloat16 mean is rounded.</param>
    [SkipLocalsInit]
    public static void AdamW<T>(in AdamWStep step, OptimizerState state, float* gradient, long at, int count, uint key)
        where T : struct, ILanes<T>
    {
        float* room = stackalloc float[3 * Stretch];
        float* first = state.HasNarrowMoments ? room : state.First!.Value.Data + at;
        float* second = state.HasNarrowMoments ? room + Stretch : state.Second!.Value.Data + at;
        if (state.HasNarrowMoments)
        {
            HalfWords.Widen(state.NarrowFirst + at, first, count);
            HalfWords.Widen(state.NarrowSecond + at, second, count);
        }

        float* master = state.Rounded is null ? state.Master!.Value.Data + at : room + (2 * Stretch);
        if (state.Rounded is not null) HalfWords.Join(state.Rounded + at, state.Low + at, second, master, count);
        OptimizerKernel.AdamW<T>(step, master, gradient, first, second, count);
        if (state.Rounded is not null) HalfWords.Split(master, state.Rounded + at, state.Low + at, second, count);
        if (!state.HasNarrowMoments) return;
        HalfWords.Round(first, state.NarrowFirst + at, count);
        HalfWords.RoundAtRandom(second, state.NarrowSecond + at, count, key, (uint)at);
    }

    /// <summary>The master's values of a stretch; marks stay where they are.</summary>
    /// <param name="state">The matrix's state.</param>
    /// <param name="at">The stretch's first value.</param>
    /// <param name="count">Its values, a multiple of 16.</param>
    /// <param name="values">Takes them.</param>
    [SkipLocalsInit]
    public static void ReadMaster(OptimizerState state, long at, int count, float* values)
    {
        float* marks = stackalloc float[Stretch];
        for (int done = 0; done < count; done += Stretch, at += Stretch, values += Stretch)
        {
            int n = Math.Min(Stretch, count - done);
            if (state.Rounded is null)
            {
                new ReadOnlySpan<float>(state.Master!.Value.Data + at, n).CopyTo(new Span<float>(values, n));
                continue;
            }

            if (state.HasNarrowMoments) HalfWords.Widen(state.NarrowSecond + at, marks, n);
            else new ReadOnlySpan<float>(state.Second!.Value.Data + at, n).CopyTo(new Span<float>(marks, n));
            HalfWords.Join(state.Rounded + at, state.Low + at, marks, values, n);
        }
    }

    /// <summary>Takes a split master's values, and rounds the matrix from them; the second mean is there already.</summary>
    [SkipLocalsInit]
    public static void WriteMaster(OptimizerState state, long at, int count, float* values)
    {
        float* marks = stackalloc float[Stretch];
        for (int done = 0; done < count; done += Stretch, at += Stretch, values += Stretch)
        {
            int n = Math.Min(Stretch, count - done);
            float* second = state.HasNarrowMoments ? marks : state.Second!.Value.Data + at;
            if (state.HasNarrowMoments) HalfWords.Widen(state.NarrowSecond + at, marks, n);
            HalfWords.Split(values, state.Rounded + at, state.Low + at, second, n);
            if (state.HasNarrowMoments) HalfWords.Round(marks, state.NarrowSecond + at, n);
        }
    }
}
