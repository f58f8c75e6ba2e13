using System.Runtime.InteropServices;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Layers;

namespace Innate.Models;

/// <summary>
/// gpt_oss's experts, which a checkpoint holds all in one tensor: transposed, [experts, inputs, outputs], gate and up by turns;
/// or as published, [experts, outputs, inputs] in blocks of MXFP4 beside their scales, which stay blocks, or become bfloat16,
/// exactly, where they are to be changed.
/// </summary>
/// <param name="checkpoint">The tensors.</param>
/// <param name="weights">Takes what is read.</param>
/// <param name="experts">Their number and width.</param>
/// <param name="hidden">Width of the residual stream.</param>
internal sealed class FusedExperts(Checkpoint checkpoint, WeightReader weights, ExpertsConfig experts, int hidden)
{
    private byte[] _slice = [];
    private byte[] _scales = [];

    /// <summary>Whether a layer's experts lie in tensors one by one, as GGUF files have them.</summary>
    /// <param name="prefix">The layer's experts, such as <c>model.layers.0.mlp.experts.</c>.</param>
    public bool AreApart(string prefix) => checkpoint.Tensors.ContainsKey($"{prefix}0.gate_proj.weight");

    /// <summary>One expert's gate, up and down.</summary>
    /// <param name="prefix">As above.</param>
    /// <param name="expert">Its number.</param>
    public (Linear Gate, Linear Up, Linear Down) Read(string prefix, int expert)
    {
        int inner = experts.IntermediateSize;
        PackedWeight[] gateUp = Matrices($"{prefix}gate_up_proj", expert, inner, hidden, maps: 2);
        PackedWeight[] down = Matrices($"{prefix}down_proj", expert, hidden, inner, maps: 1);
        return (
            new Linear(gateUp[0], Bias($"{prefix}gate_up_proj_bias", expert, inner, map: 0, maps: 2)),
            new Linear(gateUp[1], Bias($"{prefix}gate_up_proj_bias", expert, inner, map: 1, maps: 2)),
            new Linear(down[0], Bias($"{prefix}down_proj_bias", expert, hidden, map: 0, maps: 1)));
    }

    /// <summary>Lets matrices that were read one by one be parts of the fused tensors, as which they will be written.</summary>
    public void Fuse(string prefix, int expert, Linear gate, Linear up, Linear down)
    {
        foreach ((Linear linear, string name, int map, int maps) in ((Linear, string, int, int)[])
            [(gate, "gate_up_proj", 0, 2), (up, "gate_up_proj", 1, 2), (down, "down_proj", 0, 1)])
        {
            (int outputs, int inputs) = (linear.Weight.Rows, linear.Weight.Columns);
            weights.Move(linear.Weight, $"{prefix}{name}", MatrixPart(expert, outputs, inputs, map, maps));
            weights.Move(linear.Bias!, $"{prefix}{name}_bias", BiasPart(expert, outputs, map, maps));
        }
    }

    private TensorPart MatrixPart(int expert, int outputs, int inputs, int map, int maps) => new(
        [experts.Count, inputs, (long)maps * outputs], (expert * (long)inputs * maps * outputs) + map, maps,
        (long)maps * outputs);

    private TensorPart BiasPart(int expert, int outputs, int map, int maps) =>
        new([experts.Count, (long)maps * outputs], (expert * (long)maps * outputs) + map, 0, maps);

    private float[] Bias(string name, int expert, int outputs, int map, int maps) =>
        weights.Part(name, BiasPart(expert, outputs, map, maps), outputs);

    /// <summary>Some maps of one input whose outputs lie by turns in a tensor.</summary>
    private PackedWeight[] Matrices(string name, int expert, int outputs, int inputs, int maps)
    {
        ModelParameter Of(int map, ElementType type) => new(name, type, outputs, inputs)
        {
            TensorRows = outputs,
            Part = MatrixPart(expert, outputs, inputs, map, maps),
        };
        if (checkpoint.HasBytes($"{name}_blocks"))
        {
            (TensorInfo blocks, int rowBlocks) = ReadBlocks(name, expert, maps * outputs, inputs);
            if (!weights.Widens)
            {
                // Six times two to the 126 is no float32, and 255 stands for no number.
                if (_scales.AsSpan(0, maps * outputs * rowBlocks).ContainsAnyExceptInRange((byte)0, (byte)252))
                {
                    throw new InputException(
                        $"{blocks.File}: tensor '{blocks.Name}' holds a value that is infinite or not a number.");
                }

                return [.. Enumerable.Range(0, maps).Select(map => weights.Part(
                    Of(map, ElementType.MXFP4), blocks, Packed(rowBlocks, outputs, map, maps)))];
            }

            return [.. Enumerable.Range(0, maps).Select(map => weights.Part(
                Of(map, ElementType.BFloat16), blocks, (row, to) => Widen(rowBlocks, row, map, maps, to.Span)))];
        }

        TensorInfo tensor = checkpoint.Find(name, experts.Count, inputs, (long)maps * outputs);
        int size = ElementTypes.SizeOf(tensor.Type);
        Fill(ref _slice, tensor, expert, checked((int)((long)inputs * maps * outputs * size)));
        return [.. Enumerable.Range(0, maps).Select(map => Of(map, tensor.Type)).Select(p => weights.Part(
            p, tensor, (row, to) => p.Part!.Gather(_slice, size, row, inputs, to.Span)))];
    }

    private (TensorInfo Blocks, int RowBlocks) ReadBlocks(string name, int expert, int outputs, int inputs)
    {
        int rowBlocks = inputs / Mxfp4.BlockValues;
        if (inputs % Mxfp4.BlockValues != 0)
        {
            throw new InputException(
                $"{checkpoint.Folder}: tensor '{name}_blocks': expected a multiple of {Mxfp4.BlockValues} inputs, found "
                + $"{inputs}.");
        }

        TensorInfo blocks = checkpoint.FindBytes($"{name}_blocks", experts.Count, outputs, rowBlocks, Mxfp4.BlockBytes);
        TensorInfo scales = checkpoint.FindBytes($"{name}_scales", experts.Count, outputs, rowBlocks);
        Fill(ref _slice, blocks, expert, checked(outputs * rowBlocks * Mxfp4.BlockBytes));
        Fill(ref _scales, scales, expert, checked(outputs * rowBlocks));
        return (blocks, rowBlocks);
    }

    private void Widen(int rowBlocks, int firstRow, int map, int maps, Span<byte> to)
    {
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(to);
        int columns = rowBlocks * Mxfp4.BlockValues, rowBytes = rowBlocks * Mxfp4.BlockBytes;
        for (int r = 0; r < values.Length / columns; r++)
        {
            int stored = ((firstRow + r) * maps) + map;
            Mxfp4.Widen(
                _slice.AsSpan(stored * rowBytes, rowBytes), _scales.AsSpan(stored * rowBlocks, rowBlocks),
                values.Slice(r * columns, columns));
        }
    }

    /// <summary>A map's rows as blocks that kernels widen: as large as they are stored.</summary>
    private unsafe BlockRows Packed(int rowBlocks, int outputs, int map, int maps)
    {
        int rowBytes = rowBlocks * Mxfp4.BlockBytes, packedBytes = rowBlocks * (Mxfp4.BlockBytes + 1);
        var buffer = new NativeBuffer((long)outputs * packedBytes, zeroed: false);
        for (int row = 0; row < outputs; row++)
        {
            int stored = (row * maps) + map;
            Mxfp4.Pack(
                _slice.AsSpan(stored * rowBytes, rowBytes), _scales.AsSpan(stored * rowBlocks, rowBlocks),
                new Span<byte>(buffer.Pointer + ((long)row * packedBytes), packedBytes));
        }

        return new BlockRows(buffer.Pointer, ElementType.MXFP4, outputs, rowBlocks * Mxfp4.BlockValues, 0, buffer);
    }

    // An expert's slice of a tensor; one buffer serves all of them.
    private void Fill(ref byte[] buffer, TensorInfo tensor, int expert, int bytes)
    {
        if (buffer.Length < bytes) buffer = new byte[bytes];
        checkpoint.Read(tensor, (long)expert * bytes, buffer.AsSpan(0, bytes));
    }
}
