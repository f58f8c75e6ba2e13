namespace Innate.Jinja;

/// <summary>
/// The names that a block has set, above those of the blocks around it. The parser interns names, so that the few names of a
/// scope are told apart by reference; of many there is an index.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    private const int Few = 16;

    private (string Name, object? Value)[] _entries = new (string, object?)[2];
    private Dictionary<string, int>? _index;
    private int _count;

    public bool TryGet(RenderContext context, string name, out object? value)
    {
        int outer = 0;
        for (Scope? s = this; s is not null; s = s.Parent)
        {
            if (s.Find(name) is var i && i >= 0)
            {
                value = s._entries[i].Value;
                return true;
            }

            // A few scopes are quick to ask; a source can nest many.
            if (++outer % 4 == 0) context.Spend(1);
        }

        value = null;
        return false;
    }

    public void Set(string name, object? value)
    {
        int i = Find(name);
        if (i >= 0)
        {
            _entries[i].Value = value;
            return;
        }

        if (_count == _entries.Length) Array.Resize(ref _entries, _count * 2);
        _entries[_count] = (name, value);
        if (_index is null && _count == Few)
        {
            _index = new Dictionary<string, int>(ReferenceEqualityComparer.Instance);
            for (int n = 0; n < _count; n++) _index[_entries[n].Name] = n;
        }

        _index?.Add(name, _count);
        _count++;
    }

    private Scope? Parent => parent;

    private int Find(string name)
    {
        if (_index is not null) return _index.GetValueOrDefault(name, -1);
        for (int i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_entries[i].Name, name)) return i;
        }

        return -1;
    }
}
