using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;

namespace Innate.Compute.Kernels;

/// <summary>A path's keys and values in the three forms that tiles read, and the sums of their gradients.</summary>
internal readonly unsafe struct PathKeys
{
    /// <summary>Tiles take keys by twelves, gradients of keys by thirty-twos: paths are padded to both.</summary>
    public const int Align = 96;

    private const int W = ITile.Width;

    private readonly TreeRows _node;
    private readonly int _width;

    /// <summary>Lays a node's path out in scratch.</summary>
    public PathKeys(float* scratch, TreeRows node, int width)
    {
        _node = node;
        _width = width;
        Positions = Aligned(node.FirstPosition + node.Tokens);
        nint size = (nint)Positions * width;
        KeyBlocks = scratch;
        ValueBlocks = KeyBlocks + size;
        KeyRows = ValueBlocks + size;
        KeySums = KeyRows + size;
        ValueSums = KeySums + size;
        Rest = ValueSums + size;
    }

    /// <summary>Positions of the path, padded.</summary>
    public int Positions { get; }

    /// <summary>[positions / 12][head dimension][12].</summary>
    public float* KeyBlocks { get; }

    /// <summary>As <see cref="KeyBlocks"/>.</summary>
    public float* ValueBlocks { get; }

    /// <summary>[positions][head dimension].</summary>
    public float* KeyRows { get; }

    /// <summary>[positions / 32][head dimension][32].</summary>
    public float* KeySums { get; }

    /// <summary>As <see cref="KeySums"/>.</summary>
    public float* ValueSums { get; }

    /// <summary>The scratch behind.</summary>
    public float* Rest { get; }

    /// <summary>Positions, padded.</summary>
    public static int Aligned(int positions) => (positions + Align - 1) / Align * Align;

    /// <summary>Copies a key head's keys and values of all the path, and clears the sums.</summary>
    public void Gather(Matrix keys, Matrix values, int keyHead)
    {
        const int B = KeyValueSpan.Block;
        int position = 0;
        int column = keyHead * _width;
        foreach (RowSpan span in _node.Path)
        {
            for (int i = 0; i < span.Count; i++, position++)
            {
                float* k = keys.RowPointer(span.FirstRow + i) + column;
                float* v = values.RowPointer(span.FirstRow + i) + column;
                nint block = ((nint)(position / B) * _width * B) + (position % B);
                for (int d = 0; d < _width; d++)
                {
                    KeyBlocks[block + (d * B)] = k[d];
                    ValueBlocks[block + (d * B)] = v[d];
                }

                new ReadOnlySpan<float>(k, _width).CopyTo(new Span<float>(KeyRows + ((nint)position * _width), _width));
            }
        }

        for (; position < Positions; position++)
        {
            nint block = ((nint)(position / B) * _width * B) + (position % B);
            for (int d = 0; d < _width; d++) (KeyBlocks[block + (d * B)], ValueBlocks[block + (d * B)]) = (0, 0);
            new Span<float>(KeyRows + ((nint)position * _width), _width).Clear();
        }

        int size = checked(Positions * _width);
        new Span<float>(KeySums, size).Clear();
        new Span<float>(ValueSums, size).Clear();
    }

    /// <summary>Adds the sums to the gradients of the path's rows.</summary>
    public void Scatter(Matrix keyGradients, Matrix valueGradients, int keyHead)
    {
        int position = 0;
        int column = keyHead * _width;
        foreach (RowSpan span in _node.Path)
        {
            for (int i = 0; i < span.Count; i++, position++)
            {
                float* k = keyGradients.RowPointer(span.FirstRow + i) + column;
                float* v = valueGradients.RowPointer(span.FirstRow + i) + column;
                nint panel = ((nint)(position / W) * _width * W) + (position % W);
                for (int d = 0; d < _width; d++)
                {
                    k[d] += KeySums[panel + (d * W)];
                    v[d] += ValueSums[panel + (d * W)];
                }
            }
        }
    }
}
