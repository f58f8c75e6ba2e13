using System.Numerics;

namespace Innate.Text.Tokenization;

/// <summary>
/// The merges of a byte-pair encoding: a pair of ids gives its rank (low merges first) and the id of the joined token.
/// </summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;
    private readonly Slot[] _slots;
    private readonly int _shift;

    public MergeTable(int capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity + capacity / 2));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_slots, new Slot(Empty, 0, 0));
    }

    /// <summary>Sets a pair's merge; a pair given twice keeps the later rank, as the reference implementation does.</summary>
    public void Set(int left, int right, int rank, int merged)
    {
        ulong key = Key(left, right);
        int i = Index(key);
        while (_slots[i].Key != Empty && _slots[i].Key != key) i = (i + 1) & (_slots.Length - 1);
        _slots[i] = new Slot(key, rank, merged);
    }

    /// <summary>The rank of a pair's merge, or <see cref="int.MaxValue"/> where the two do not merge.</summary>
    public int Rank(int left, int right, out int merged)
    {
        ulong key = Key(left, right);
        Slot[] slots = _slots;
        int i = Index(key);
        while (true)
        {
            ref readonly Slot slot = ref slots[i];
            if (slot.Key == key)
            {
                merged = slot.Merged;
                return slot.Rank;
            }

            if (slot.Key == Empty)
            {
                merged = -1;
                return int.MaxValue;
            }

            i = (i + 1) & (slots.Length - 1);
        }
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private int Index(ulong key) => (int)(key * 0x9E3779B97F4A7C15 >> _shift);

    private readonly record struct Slot(ulong Key, int Rank, int Merged);
}
