namespace Innate.Compute.Memory;

/// <summary>Memory of someone else's, given out piece by piece.</summary>
/// <param name="start">Aligned to a cache line.</param>
/// <param name="floats">How much.</param>
internal sealed unsafe class LentMemory(float* start, long floats)
{
    /// <summary>Floats to a cache line: each piece begins at one.</summary>
    public const int Line = 16;

    private float* _next = start;
    private long _left = floats;

    /// <summary>A piece; null where so much is not left.</summary>
    public float* Take(long count)
    {
        long taken = (count + Line - 1) / Line * Line;
        if (taken > _left) return null;
        float* piece = _next;
        _next += taken;
        _left -= taken;
        return piece;
    }
}
