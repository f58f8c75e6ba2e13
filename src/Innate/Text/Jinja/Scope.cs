namespace Innate.Text.Jinja;

/// <summary>
/// The names that a block has set, above those of the blocks around it. The parser interns names, so that the few names of a
/// scope are told apart by reference.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    private string[] names = new string[4];
    private object?[] values = new object?[4];
    private int count;

    public bool TryGet(string name, out object? value)
    {
        for (Scope? s = this; s is not null; s = s.Parent)
        {
            for (int i = 0; i < s.count; i++)
            {
                if (!ReferenceEquals(s.names[i], name)) continue;
                value = s.values[i];
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
            if (!ReferenceEquals(names[i], name)) continue;
            values[i] = value;
            return;
        }

        if (count == names.Length)
        {
            Array.Resize(ref names, count * 2);
            Array.Resize(ref values, count * 2);
        }

        names[count] = name;
        values[count++] = value;
    }

    private Scope? Parent => parent;
}
