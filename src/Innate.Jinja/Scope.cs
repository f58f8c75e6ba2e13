namespace Innate.Jinja;

/// <summary>
/// The names that a block has set, above those of the blocks around it. The parser interns names, so that the few names of a
/// scope are told apart by reference.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    private (string Name, object? Value)[] _entries = new (string, object?)[2];
    private int _count;

    public bool TryGet(string name, out object? value)
    {
        for (Scope? s = this; s is not null; s = s.Parent)
        {
            for (int i = 0; i < s._count; i++)
            {
                if (!ReferenceEquals(s._entries[i].Name, name)) continue;
                value = s._entries[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    public void Set(string name, object? value)
    {
        for (int i = 0; i < _count; i++)
        {
            if (!ReferenceEquals(_entries[i].Name, name)) continue;
            _entries[i].Value = value;
            return;
        }

        if (_count == _entries.Length) Array.Resize(ref _entries, _count * 2);
        _entries[_count++] = (name, value);
    }

    private Scope? Parent => parent;
}
