namespace Innate.Jinja;

/// <summary>
/// A dictionary in order of insertion. Keys follow Python's equality: 1, 1.0 and True are one key. Looking a key up is paid for
/// by the rendering, and the hashes differ from process to process, so that no template can know keys that collide.
/// </summary>
internal sealed class PyDict
{
    private Entry[] _entries;
    private int[] _buckets;

    public PyDict(int capacity = 0)
    {
        _entries = new Entry[Math.Max(capacity, 2)];
        _buckets = new int[BucketCount(_entries.Length)];
    }

    public int Count { get; private set; }

    public IEnumerable<object?> Keys => Items.Select(e => e.Key);

    public IEnumerable<object?> Values => Items.Select(e => e.Value);

    public IEnumerable<(object? Key, object? Value)> Items
    {
        get
        {
            for (int i = 0; i < Count; i++) yield return (_entries[i].Key, _entries[i].Value);
        }
    }

    /// <summary>The context is null only for texts as keys, while an input is read.</summary>
    public void Set(RenderContext? context, object? key, object? value)
    {
        context?.Spend(2);
        int hash = Hash(context, key), found = Find(context, key, hash);
        if (found >= 0)
        {
            _entries[found].Value = value;
            return;
        }

        if (Count == _entries.Length) Grow();
        ref int bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries[Count] = new Entry { Key = key, Value = value, Hash = hash, Next = bucket - 1 };
        bucket = ++Count;
    }

    public bool TryGet(RenderContext? context, object? key, out object? value)
    {
        int found = Find(context, key, Hash(context, key));
        value = found < 0 ? null : _entries[found].Value;
        return found >= 0;
    }

    public bool Contains(RenderContext? context, object? key) => TryGet(context, key, out _);

    private static int Hash(RenderContext? context, object? key) => Hashing.TryHash(context, key, out int hash)
        ? hash
        : throw new TemplateFault($"unhashable type: '{Python.TypeName(key)}' cannot be a dictionary's key");

    private int Find(RenderContext? context, object? key, int hash)
    {
        for (int i = _buckets[hash & (_buckets.Length - 1)] - 1; i >= 0; i = _entries[i].Next)
        {
            context?.Spend(1);
            if (_entries[i].Hash == hash && Python.AreEqual(context, _entries[i].Key, key)) return i;
        }

        return -1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, Count * 2);
        _buckets = new int[BucketCount(_entries.Length)];
        for (int i = 0; i < Count; i++)
        {
            ref int bucket = ref _buckets[_entries[i].Hash & (_buckets.Length - 1)];
            _entries[i].Next = bucket - 1;
            bucket = i + 1;
        }
    }

    private static int BucketCount(int capacity) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity);

    private struct Entry
    {
        public object? Key;
        public object? Value;
        public int Hash;
        public int Next;
    }
}
