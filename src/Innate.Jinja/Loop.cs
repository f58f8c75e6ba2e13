namespace Innate.Jinja;

internal sealed class For(
    Target target, Expression source, Expression? filter, Statement[] body, Statement[] otherwise, bool recursive, int offset)
    : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        object? value = source.Evaluate(context, scope);
        context.At = Offset;
        Run(context, scope, value, 0);
        return Flow.Next;
    }

    /// <summary>One level of the loop; a recursive loop calls this through its loop variable.</summary>
    public void Run(RenderContext context, Scope scope, object? value, int depth)
    {
        IReadOnlyList<object?> items = Python.Items(context, value);
        if (filter is not null) items = Select(context, scope, items);
        var loop = new LoopValue(this, recursive, scope, items, depth);
        bool completed = false;
        while (loop.Advance())
        {
            context.Spend(4);
            var inner = new Scope(scope);
            inner.Set(Parser.Loop, loop);
            target.Assign(context, inner, loop.Current);
            Flow flow = ExecuteAll(body, context, inner);
            if (flow == Flow.Break) break;
            completed |= flow == Flow.Next;
        }

        // As in Jinja2, "else" runs where no iteration reached its end: also where every one was left by break or continue.
        if (!completed) ExecuteAll(otherwise, context, new Scope(scope));
    }

    private List<object?> Select(RenderContext context, Scope scope, IReadOnlyList<object?> items)
    {
        var selected = new List<object?>();
        foreach (object? item in items)
        {
            context.Spend(4);
            var inner = new Scope(scope);
            target.Assign(context, inner, item);
            if (Python.IsTrue(filter!.Evaluate(context, inner))) selected.Add(item);
        }

        return selected;
    }
}

/// <summary>The variable "loop".</summary>
internal sealed class LoopValue(For statement, bool recursive, Scope scope, IReadOnlyList<object?> items, int depth) : Callable
{
    private int _index = -1;
    private object? _lastChanged = Access.Absent;

    public override string Name => Parser.Loop;

    public int Length => items.Count;

    public object? Current => items[_index];

    public bool Advance() => ++_index < items.Count;

    public IReadOnlyList<object?> Rest()
    {
        object?[] rest = [.. items.Skip(_index + 1)];
        _index = items.Count - 1;
        return rest;
    }

    public object? Attribute(string name) => name switch
    {
        "index" => (long)_index + 1,
        "index0" => (long)_index,
        "revindex" => (long)items.Count - _index,
        "revindex0" => (long)items.Count - _index - 1,
        "first" => _index == 0,
        "last" => _index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => (long)depth + 1,
        "depth0" => (long)depth,
        "previtem" => _index > 0 ? items[_index - 1] : new Undefined("there is no previous item"),
        "nextitem" => _index + 1 < items.Count ? items[_index + 1] : new Undefined("there is no next item"),
        "cycle" => new NativeFunction(name, (_, a) => Cycle(a)),
        "changed" => new NativeFunction(name, (c, a) => Changed(c, a)),
        _ => Access.Absent,
    };

    private object? Cycle(Arguments arguments) => arguments.Positional.Count > 0
        ? arguments.Positional[_index % arguments.Positional.Count]
        : throw new TemplateFault("loop.cycle needs the items to cycle through");

    private bool Changed(RenderContext context, Arguments arguments)
    {
        var now = new PyTuple([.. arguments.Positional]);
        bool changed = _lastChanged is not PyTuple before || !Python.AreEqual(context, before, now);
        if (changed) _lastChanged = now;
        return changed;
    }

    public override object? Call(RenderContext context, Arguments arguments)
    {
        if (!recursive) throw new TemplateFault("loop(...) needs a loop marked 'recursive'");
        object? value = arguments.Bind("loop", "iterable").Required(0);
        return context.Capture(() => statement.Run(context, scope, value, depth + 1));
    }
}
