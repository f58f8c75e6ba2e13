namespace Innate.Text.Tokenization;

/// <summary>A growing run of ids whose array is kept between uses.</summary>
internal sealed class IdBuffer
{
    private int[] _items = new int[256];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    public Span<int> Mutable => _items.AsSpan(0, Count);

    public void Add(int id)
    {
        if (Count == _items.Length) Array.Resize(ref _items, 2 * Count);
        _items[Count++] = id;
    }

    public void AddRange(ReadOnlySpan<int> ids)
    {
        if (_items.Length - Count < ids.Length) Array.Resize(ref _items, Math.Max(2 * _items.Length, Count + ids.Length));
        ids.CopyTo(_items.AsSpan(Count));
        Count += ids.Length;
    }

    public void Clear() => Count = 0;

    public void Truncate(int count) => Count = count;
}
