namespace Innate.Jinja;

/// <summary>
/// A node that has a value. Nodes never change after parsing, so that any number of threads may render one template.
/// </summary>
internal abstract class Expression(int offset)
{
    public int Offset => offset;

    public object? Evaluate(RenderContext context, Scope scope)
    {
        context.Enter(offset);
        object? value = Compute(context, scope);
        context.Leave();
        return value;
    }

    protected abstract object? Compute(RenderContext context, Scope scope);
}

internal sealed class Literal(object? value, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope) => value;
}

internal sealed class Name(string name, int offset) : Expression(offset)
{
    private readonly Undefined _missing = new($"'{name}' is undefined");

    public string Text => name;

    protected override object? Compute(RenderContext context, Scope scope)
    {
        if (scope.TryGet(context, name, out object? value)) return value;
        context.SpendCompare(name.Length);
        if (context.TryGetVariable(name, out value)) return value;
        return Globals.Find(name) ?? (object)_missing;
    }
}

internal sealed class ListDisplay(Expression[] items, bool isTuple, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var values = new object?[items.Length];
        for (int i = 0; i < items.Length; i++) values[i] = items[i].Evaluate(context, scope);
        return isTuple ? new PyTuple(values) : new PyList(values);
    }
}

internal sealed class DictDisplay((Expression Key, Expression Value)[] items, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        context.Spend(4);
        var dict = new PyDict(items.Length);
        foreach ((Expression key, Expression value) in items)
        {
            dict.Set(context, key.Evaluate(context, scope), value.Evaluate(context, scope));
        }

        return dict;
    }
}

internal sealed class AttributeOf(Expression owner, string name, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = owner.Evaluate(context, scope);
        context.At = Offset;
        return Access.Attribute(context, value, name);
    }
}

internal sealed class ItemOf(Expression owner, Expression key, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = owner.Evaluate(context, scope);
        object? index = key.Evaluate(context, scope);
        context.At = Offset;
        return Access.Item(context, value, index);
    }
}

internal sealed class SliceOf(
    Expression owner, Expression? start, Expression? stop, Expression? step, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = owner.Evaluate(context, scope);
        object? from = start?.Evaluate(context, scope), to = stop?.Evaluate(context, scope), by = step?.Evaluate(context, scope);
        context.At = Offset;
        return Access.Slice(context, value, from, to, by);
    }
}

internal sealed class Binary(string op, Expression left, Expression right, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? a = left.Evaluate(context, scope), b = right.Evaluate(context, scope);
        context.At = Offset;
        return Operators.Apply(context, op, a, b);
    }
}

/// <summary>The operator ~: the texts of all parts, joined.</summary>
internal sealed class Concatenation(Expression[] parts, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var texts = new string[parts.Length];
        long length = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            texts[i] = Python.Str(context, parts[i].Evaluate(context, scope));
            length += texts[i].Length;
        }

        context.At = Offset;
        context.SpendText(length);
        return string.Concat(texts);
    }
}

internal sealed class Negation(Expression operand, bool minus, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = operand.Evaluate(context, scope);
        context.At = Offset;
        if (value is Undefined u) throw u.Fault();
        return (minus ? Numbers.Negate(context, value) : Numbers.IsNumber(value) ? Numbers.Plain(value) : null)
            ?? throw new TemplateFault($"bad operand type for unary {(minus ? '-' : '+')}: '{Python.TypeName(value)}'");
    }
}

internal sealed class Not(Expression operand, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope) => !Python.IsTrue(operand.Evaluate(context, scope));
}

/// <summary>and, or: the operand that decides, not a bool.</summary>
internal sealed class Logical(bool isAnd, Expression left, Expression right, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = left.Evaluate(context, scope);
        return Python.IsTrue(value) == isAnd ? right.Evaluate(context, scope) : value;
    }
}

/// <summary>A chain of comparisons: a &lt; b &lt; c holds where each link does.</summary>
internal sealed class Comparison(Expression first, (string Op, Expression Right)[] links, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? left = first.Evaluate(context, scope);
        foreach ((string op, Expression next) in links)
        {
            object? right = next.Evaluate(context, scope);
            context.At = Offset;
            if (!Operators.Compare(context, op, left, right)) return false;
            left = right;
        }

        return true;
    }
}

/// <summary>value if condition else other; undefined without an else.</summary>
internal sealed class Conditional(Expression value, Expression condition, Expression? other, int offset) : Expression(offset)
{
    private static readonly Undefined NoElse = new("the inline if-expression evaluated to false and no else section was defined");

    protected override object? Compute(RenderContext context, Scope scope) =>
        Python.IsTrue(condition.Evaluate(context, scope)) ? value.Evaluate(context, scope)
        : other is null ? NoElse : other.Evaluate(context, scope);
}

/// <summary>The arguments in a source, with * and ** among them.</summary>
internal sealed class ArgumentList(
    Expression[] positional, (string Name, Expression Value)[] named, Expression? list, Expression? dict)
{
    public static readonly ArgumentList Empty = new([], [], null, null);

    public Arguments Evaluate(RenderContext context, Scope scope)
    {
        if (positional.Length == 0 && named.Length == 0 && list is null && dict is null) return Arguments.None;
        var values = new object?[positional.Length];
        for (int i = 0; i < values.Length; i++) values[i] = positional[i].Evaluate(context, scope);
        var names = new (string, object?)[named.Length];
        for (int i = 0; i < names.Length; i++) names[i] = (named[i].Name, named[i].Value.Evaluate(context, scope));
        if (list is null && dict is null) return new Arguments(values, names);
        IReadOnlyList<object?> more = list is null ? [] : Python.Items(context, list.Evaluate(context, scope));
        IEnumerable<(string, object?)> moreNames = dict is null ? [] : Unpack(context, dict.Evaluate(context, scope));
        return new Arguments([.. values, .. more], [.. names, .. moreNames]);
    }

    private static IEnumerable<(string, object?)> Unpack(RenderContext context, object? value)
    {
        if (value is Undefined u) throw u.Fault();
        if (value is not PyDict map)
        {
            throw new TemplateFault($"the argument after ** must be a mapping, not {Python.TypeName(value)}");
        }

        context.Spend(2L * map.Count);
        return map.Items.Select(e => (e.Key as string ?? throw new TemplateFault("keywords must be strings"), e.Value));
    }
}

internal sealed class CallOf(Expression callee, ArgumentList arguments, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? target = callee.Evaluate(context, scope);
        Arguments values = arguments.Evaluate(context, scope);
        context.At = Offset;
        context.Spend(Limits.Call);
        return target switch
        {
            Callable callable => callable.Call(context, values),
            Undefined u => throw u.Fault(),
            _ => throw new TemplateFault($"'{Python.TypeName(target)}' object is not callable"),
        };
    }
}

/// <summary>input | name(arguments). The input is absent in a filter block, which hands in what its body wrote.</summary>
internal sealed class FilterOf(
    Expression? input, string name, Filter? filter, ArgumentList arguments, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope) => Apply(context, scope, null);

    public object? Apply(RenderContext context, Scope scope, string? written)
    {
        context.Enter(Offset);
        object? value = input switch
        {
            FilterOf inner when written is not null => inner.Apply(context, scope, written),
            null => written,
            _ => input.Evaluate(context, scope),
        };
        Arguments values = arguments.Evaluate(context, scope);
        context.At = Offset;
        context.Spend(Limits.Call);
        object? result = (filter ?? throw Filters.Unknown(name))(context, value, values);
        context.Leave();
        return result;
    }
}

internal sealed class TestOf(
    Expression input, string name, Test? test, ArgumentList arguments, bool negated, int offset) : Expression(offset)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        object? value = input.Evaluate(context, scope);
        Arguments values = arguments.Evaluate(context, scope);
        context.At = Offset;
        return (test ?? throw Tests.Unknown(name))(context, value, values) != negated;
    }
}
