using Innate.Compute;
using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>Room for the transpose of one weight at a time: one part of every layer in turn.</summary>
public sealed class TransposedWeight : IDisposable
{
    private PackedWeight? _room;

    /// <summary>W^T, in W's own element type, float32 where W is blocks; valid until the next call.</summary>
    public PackedWeight Of(IKernels kernels, PackedWeight weight)
    {
        if (_room is null || _room.Rows != weight.Columns || _room.Columns != weight.Rows || _room.Type != weight.WideType)
        {
            _room?.Dispose();
            _room = new PackedWeight(weight.Columns, weight.Rows, weight.WideType);
        }

        kernels.Transpose(weight, _room);
        return _room;
    }

    /// <inheritdoc/>
    public void Dispose() => _room?.Dispose();
}
