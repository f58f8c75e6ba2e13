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

    /// <summary>What <see cref="Hashing"/> found; null: it was not asked for, or the tuple holds what has none.</summary>
    public int? Hash { get; set; }

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

    public bool HasItemsOf(PyRange other) => Count == other.Count
        && (Count == 0 || ((long)this[0]! == (long)other[0]! && (long)this[count - 1]! == (long)other[count - 1]!));

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

/// <summary>
/// A name, attribute or item that is not there. It prints as nothing, is false and iterates as empty; anything else that is
/// done with it is an error with this message.
/// </summary>
internal sealed class Undefined
{
    private readonly object? _owner;
    private readonly object? _key;

    public Undefined(string message) => _key = message;

    /// <summary>
    /// What an owner has not. The message is made when it is asked for: most of what is undefined is only tested for.
    /// </summary>
    public Undefined(object? owner, object? key) => (_owner, _key, IsMissing) = (owner, key, true);

    public string Message => IsMissing ? Access.MissingMessage(_owner, _key) : (string)_key!;

    /// <summary>
    /// True for an item of the empty list alone: `messages[0].role` on an empty conversation is then undefined, as in Hugging
    /// Face's JavaScript implementation, where Jinja2 raises. Everywhere else attributes of what is undefined raise.
    /// </summary>
    public bool Chains => IsMissing && _key is not string && _owner is PyList { Count: 0 };

    private bool IsMissing { get; }

    public TemplateFault Fault() => new(Message);
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
