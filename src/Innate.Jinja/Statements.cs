namespace Innate.Jinja;

/// <summary>How a body ended: to its end, or by a break or continue that its loop has to obey.</summary>
internal enum Flow { Next, Break, Continue }

/// <summary>A node that writes or sets something.</summary>
internal abstract class Statement(int offset)
{
    public int Offset => offset;

    public abstract Flow Execute(RenderContext context, Scope scope);

    public static Flow ExecuteAll(IReadOnlyList<Statement> body, RenderContext context, Scope scope)
    {
        for (int i = 0; i < body.Count; i++)
        {
            context.Enter(body[i].Offset);
            Flow flow = body[i].Execute(context, scope);
            context.Leave();
            if (flow != Flow.Next) return flow;
        }

        return Flow.Next;
    }
}

internal sealed class TextOutput(string text, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        context.Write(text);
        return Flow.Next;
    }
}

internal sealed class ValueOutput(Expression value, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        context.Write(Python.Str(context, value.Evaluate(context, scope)));
        return Flow.Next;
    }
}

internal sealed class If(
    (Expression Condition, Statement[] Body)[] branches, Statement[] otherwise, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        foreach ((Expression condition, Statement[] body) in branches)
        {
            if (Python.IsTrue(condition.Evaluate(context, scope))) return ExecuteAll(body, context, scope);
        }

        return ExecuteAll(otherwise, context, scope);
    }
}

internal sealed class LoopControl(Flow flow, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope) => flow;
}

/// <summary>What a set, for or with assigns to: a name, a namespace's attribute, or a tuple of such.</summary>
internal abstract class Target(int offset)
{
    public int Offset => offset;

    public abstract void Assign(RenderContext context, Scope scope, object? value);
}

internal sealed class NameTarget(string name, int offset) : Target(offset)
{
    public override void Assign(RenderContext context, Scope scope, object? value) => scope.Set(name, value);
}

internal sealed class AttributeTarget(Name owner, string attribute, int offset) : Target(offset)
{
    public override void Assign(RenderContext context, Scope scope, object? value)
    {
        object? holder = owner.Evaluate(context, scope);
        context.At = Offset;
        if (holder is Undefined u) throw u.Fault();
        if (holder is not PyNamespace ns)
        {
            throw new TemplateFault(
                $"cannot assign attribute '{attribute}' of '{owner.Text}': expected a namespace "
                + $"and found {Python.TypeName(holder)}");
        }

        context.SpendCompare(attribute.Length);
        ns.Attributes[attribute] = value;
    }
}

internal sealed class TupleTarget(Target[] parts, int offset) : Target(offset)
{
    public override void Assign(RenderContext context, Scope scope, object? value)
    {
        if (value is Undefined u) throw u.Fault();
        IReadOnlyList<object?> items = Python.Items(context, value);
        if (items.Count != parts.Length)
        {
            context.At = Offset;
            throw new TemplateFault($"expected {parts.Length} values to unpack and found {items.Count}");
        }

        for (int i = 0; i < parts.Length; i++) parts[i].Assign(context, scope, items[i]);
    }
}

internal sealed class Set(Target target, Expression value, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        target.Assign(context, scope, value.Evaluate(context, scope));
        return Flow.Next;
    }
}

/// <summary>set name ... endset: the body's text, through the filters if there are any.</summary>
internal sealed class SetBlock(Target target, FilterOf? filter, Statement[] body, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        string text = context.Capture(body, new Scope(scope));
        target.Assign(context, scope, filter is null ? text : filter.Apply(context, scope, text));
        return Flow.Next;
    }
}

internal sealed class FilterBlock(FilterOf filter, Statement[] body, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        string text = context.Capture(body, new Scope(scope));
        context.Write(Python.Str(context, filter.Apply(context, scope, text)));
        return Flow.Next;
    }
}

/// <summary>
/// with a = x, b = y: the values are those outside the block. Without assignments it is only a scope of its own.
/// </summary>
internal sealed class With((Target Target, Expression Value)[] assignments, Statement[] body, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        var inner = new Scope(scope);
        foreach ((Target target, Expression value) in assignments) target.Assign(context, inner, value.Evaluate(context, scope));
        return ExecuteAll(body, context, inner);
    }
}
