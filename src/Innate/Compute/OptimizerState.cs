using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute;

/// <summary>
/// What AdamW keeps of a matrix: a float32 master and the gradient's two running means, which lie as the matrix lies. A float32
/// matrix is its own master. Beside a bfloat16 matrix lie the master's lower 16 bits alone: the matrix is the master rounded, so
/// that the two together are the master. The means are float32, or bfloat16.
/// </summary>
internal sealed unsafe class OptimizerState : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>Room for a matrix's state; the means are zero, the master is the matrix.</summary>
    /// <param name="weight">The matrix; it outlives the state.</param>
    /// <param name="narrowMoments">Whether the means are bfloat16.</param>
    public OptimizerState(PackedWeight weight, bool narrowMoments)
    {
        (Weight, HasNarrowMoments) = (weight, narrowMoments);
        int row = checked(weight.Columns * ITile.Width);
        Count = (long)weight.Panels * row;
        if (weight.Type == ElementType.Float32)
        {
            Master = weight.Flat();
        }
        else if (weight.Type == ElementType.BFloat16)
        {
            Rounded = (ushort*)weight.Panel(0);
            Low = (ushort*)Room(sizeof(ushort));
        }
        else
        {
            var wide = new PackedWeight(weight.Rows, weight.Columns, ElementType.Float32);
            _owned.Add(wide);
            weight.WidenTo(wide);
            (OwnMaster, Master) = (wide, wide.Flat());
        }

        if (narrowMoments)
        {
            NarrowFirst = (ushort*)Room(sizeof(ushort));
            NarrowSecond = (ushort*)Room(sizeof(ushort));
        }
        else
        {
            First = new Matrix((float*)Room(sizeof(float)), weight.Panels, row, row);
            Second = new Matrix((float*)Room(sizeof(float)), weight.Panels, row, row);
        }
    }

    /// <summary>The matrix.</summary>
    public PackedWeight Weight { get; }

    /// <summary>Values, padding included.</summary>
    public long Count { get; }

    /// <summary>Whether the means are bfloat16.</summary>
    public bool HasNarrowMoments { get; }

    /// <summary>The float32 master; null where the matrix and the lower halves are it.</summary>
    public Matrix? Master { get; }

    /// <summary>The master, where it is neither the matrix nor split.</summary>
    public PackedWeight? OwnMaster { get; }

    /// <summary>The gradient's running mean; null where it is bfloat16.</summary>
    public Matrix? First { get; }

    /// <summary>
    /// The squared gradient's running mean; null where it is bfloat16. Where the master is split, a sign marks a half step that
    /// was rounded down.
    /// </summary>
    public Matrix? Second { get; }

    /// <summary>The bfloat16 matrix of a split master; null: the master is not split.</summary>
    internal ushort* Rounded { get; }

    /// <summary>The lower halves of a split master.</summary>
    internal ushort* Low { get; }

    /// <summary>As <see cref="First"/>, in bfloat16.</summary>
    internal ushort* NarrowFirst { get; }

    /// <summary>As <see cref="Second"/>, in bfloat16.</summary>
    internal ushort* NarrowSecond { get; }

    /// <summary>Empties the running means; signs that belong to the master stay.</summary>
    public void ClearMoments()
    {
        if (First is { } first)
        {
            for (int row = 0; row < first.Rows; row++) first.Row(row).Clear();
        }

        if (Second is { } second)
        {
            for (int row = 0; row < second.Rows; row++)
            {
                foreach (ref float value in second.Row(row)) value = MathF.CopySign(0, value);
            }
        }

        if (!HasNarrowMoments) return;
        for (long i = 0; i < Count; i++) (NarrowFirst[i], NarrowSecond[i]) = (0, (ushort)(NarrowSecond[i] & 0x8000));
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    private byte* Room(int bytesAValue)
    {
        var buffer = new NativeBuffer(Count * bytesAValue);
        _owned.Add(buffer);
        return buffer.Pointer;
    }
}
