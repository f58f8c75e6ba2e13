using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>Which experts each token chose, and the slots of each expert in the order of their tokens.</summary>
internal sealed class ExpertRouting
{
    private readonly int[] _starts;
    private readonly int[] _slots;

    /// <summary>Groups slots by expert.</summary>
    /// <param name="logits">The router's, [tokens, experts].</param>
    /// <param name="chosen">Each slot's expert.</param>
    /// <param name="weights">[tokens, experts a token].</param>
    public ExpertRouting(Matrix logits, int[] chosen, Matrix weights)
    {
        (Logits, Chosen, Weights) = (logits, chosen, weights);
        _starts = new int[logits.Columns + 1];
        foreach (int expert in chosen) _starts[expert + 1]++;
        for (int e = 0; e < logits.Columns; e++) _starts[e + 1] += _starts[e];
        _slots = new int[chosen.Length];
        int[] next = [.. _starts];
        for (int slot = 0; slot < chosen.Length; slot++) _slots[next[chosen[slot]]++] = slot;
    }

    /// <summary>The router's logits, [tokens, experts].</summary>
    public Matrix Logits { get; }

    /// <summary>Each slot's expert.</summary>
    public int[] Chosen { get; }

    /// <summary>Each slot's weight, [tokens, experts a token].</summary>
    public Matrix Weights { get; }

    /// <summary>How many slots lie before an expert's first, where all lie expert after expert.</summary>
    public int First(int expert) => _starts[expert];

    /// <summary>An expert's slots.</summary>
    public ReadOnlyMemory<int> Slots(int expert) =>
        _slots.AsMemory(_starts[expert], _starts[expert + 1] - _starts[expert]);

    /// <summary>The dropout keys of an expert's rows; null: no dropout.</summary>
    public ulong[]? Keys(int expert, ulong[]? keys)
    {
        if (keys is null) return null;
        ReadOnlySpan<int> slots = Slots(expert).Span;
        var ofExpert = new ulong[slots.Length];
        for (int i = 0; i < slots.Length; i++) ofExpert[i] = keys[slots[i] / Weights.Columns];
        return ofExpert;
    }
}
