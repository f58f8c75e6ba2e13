using System.Globalization;

namespace Innate.Jinja;

// The values of a template are Python's, held as: null (None), bool, long, BigInteger (what no long holds), double, string,
// and the classes below. Nothing else ever reaches an expression.

/// <summary>A list, tuple or range: items in order.</summary>
internal abstract class PySequence
{
    public abstract int Count { get; }

    public abstract object? this[int index] { get; }
}

/// <summary>A list; immutable to templates, as in Jinja2's immutable sandbox.</summary>
internal sealed class PyList(IReadOnlyList<object?> items) : PySequence
{
    public override int Count => items.Count;

    public override object? this[int index] => items[index];
}

internal sealed class PyTuple(params object?[] items) : PySequence
{
    /// <summary>The names under which a groupby's pair is read too: (grouper, list).</summary>
    public string[] FieldNames { get; init; } = [];

    public override int Count => items.Length;

    public override object? this[int index] => items[index];

    public bool TryField(string name, out object? value)
    {
        int i = Array.IndexOf(FieldNames, name);
        value = i < 0 ? null : items[i];
        return i >= 0;
    }
}

internal sealed class PyRange(long start, long step, int count, long stop) : PySequence
{
    public override int Count => count;

    public override object? this[int index] => start + index * step;

    public string Shown => step == 1
        ? string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop})")
        : string.Create(CultureInfo.InvariantCulture, $"range({start}, {stop}, {step})");
}

/// <summary>What map, select and their like return: always true, without a length, and read once.</summary>
internal sealed class PyGenerator(IReadOnlyList<object?> items)
{
    private int _next;

    public IReadOnlyList<object?> TakeRest()
    {
        IReadOnlyList<object?> rest = _next == 0 ? items : [.. items.Skip(_next)];
        _next = items.Count;
        return rest;
    }

    public bool TryNext(out object? item)
    {
        bool more = _next < items.Count;
        item = more ? items[_next++] : null;
        return more;
    }
}

/// <summary>A dictionary's keys(), values() or items(): a length but no positions.</summary>
internal sealed class PyView(string kind, IReadOnlyList<object?> items)
{
    public string Kind => kind;

    public IReadOnlyList<object?> Items => items;
}

/// <summary>A dictionary in order of insertion. Keys follow Python's equality: 1, 1.0 and True are one key.</summary>
internal sealed class PyDict
{
    private readonly OrderedDictionary<Key, object?> _entries;

    public PyDict(int capacity = 0) => _entries = new OrderedDictionary<Key, object?>(capacity);

    public int Count => _entries.Count;

    public IEnumerable<object?> Keys => _entries.Keys.Select(k => k.Value);

    public IEnumerable<object?> Values => _entries.Values;

    public IEnumerable<(object? Key, object? Value)> Items => _entries.Select(e => (e.Key.Value, e.Value));

    public void Set(object? key, object? value)
    {
        if (!IsHashable(key)) throw new TemplateFault($"unhashable type: '{Python.TypeName(key)}' cannot be a dictionary's key");
        _entries[new Key(key)] = value;
    }

    public bool TryGet(object? key, out object? value)
    {
        if (IsHashable(key)) return _entries.TryGetValue(new Key(key), out value);
        throw new TemplateFault($"unhashable type: '{Python.TypeName(key)}' cannot be a dictionary's key");
    }

    public bool Contains(object? key) => TryGet(key, out _);

    public static bool IsHashable(object? key)
    {
        if (key is not PyTuple tuple) return key is not (PyList or PyDict or Undefined);
        for (int i = 0; i < tuple.Count; i++)
        {
            if (!IsHashable(tuple[i])) return false;
        }

        return true;
    }

    private readonly struct Key(object? value) : IEquatable<Key>
    {
        public object? Value { get; } = value;

        public bool Equals(Key other) => Value is string a && other.Value is string b
            ? a == b
            : Python.AreEqual(null, Value, other.Value);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => Value switch
        {
            string s => s.GetHashCode(StringComparison.Ordinal),
            null => 0,
            PyTuple t => t.Count,
            _ when Numbers.TryDouble(Value, out double d) => d.GetHashCode(),
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Value),
        };
    }
}

/// <summary>
/// A name, attribute or item that is not there. It prints as nothing, is false and iterates as empty; anything else that is
/// done with it is an error with this message.
/// </summary>
internal sealed class Undefined(string message, bool chains = false)
{
    public string Message => message;

    /// <summary>
    /// True for an item of the empty list alone: `messages[0].role` on an empty conversation is then undefined, as in Hugging
    /// Face's JavaScript implementation, where Jinja2 raises. Everywhere else attributes of what is undefined raise.
    /// </summary>
    public bool Chains => chains;

    public TemplateFault Fault() => new(message);
}

/// <summary>namespace(...): the one value whose attributes a template may set.</summary>
internal sealed class PyNamespace
{
    public Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);
}

/// <summary>Anything that a template may call.</summary>
internal abstract class Callable
{
    public abstract string Name { get; }

    public abstract object? Call(RenderContext context, Arguments arguments);
}

/// <summary>A function of this library: a global, a method bound to its value, a joiner...</summary>
internal sealed class NativeFunction(string name, Func<RenderContext, Arguments, object?> body) : Callable
{
    public override string Name => name;

    public override object? Call(RenderContext context, Arguments arguments) => body(context, arguments);
}
