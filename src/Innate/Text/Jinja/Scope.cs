namespace Innate.Text.Jinja;

/// <summary>
/// The names that a block has set, above those of the blocks around it. The parser interns names, so that the few names of a
/// scope are told apart by reference.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    private (string Name, object? Value)[] entries = new (string, object?)[2];
    private int count;

    public bool TryGet(string name, out object? value)
    {
        for (Scope? s = this; s is not null; s = s.Parent)
        {
            for (int i = 0; i < s.count; i++)
            {
                if (!ReferenceEquals(s.entries[i].Name, name)) continue;
                value = s.entries[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    public void Set(string name, object? value)
    {
        for (int i = 0; i < count; i++)
        {
            if (!ReferenceEquals(entries[i].Name, name)) continue;
            entries[i].Value = value;
            return;
        }

        if (count == entries.Length) Array.Resize(ref entries, count * 2);
        entries[count++] = (name, value);
    }

    private Scope? Parent => parent;
}
