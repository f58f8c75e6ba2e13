using System.Runtime.InteropServices;
using Innate.Checkpoints;

namespace Innate.Tests.Support;

/// <summary>Values of a checkpoint's tensors.</summary>
internal static class StoredTensors
{
    /// <summary>A float32 tensor's values, row-major.</summary>
    public static float[] Float32(Checkpoint checkpoint, TensorInfo tensor)
    {
        var values = new float[tensor.Length / sizeof(float)];
        checkpoint.Read(tensor, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
