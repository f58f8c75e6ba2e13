namespace Innate.Jinja;

/// <summary>macro name(parameters), and the body of a call block, which its macro reaches as "caller".</summary>
internal sealed class MacroDefinition(
    string name, (string Name, Expression? Default)[] parameters, Statement[] body, bool readsVarargs, bool readsKwargs,
    bool readsCaller)
{
    // A name that stands twice is the first one's.
    private readonly Dictionary<string, int> _positions = parameters.Select((p, i) => (p.Name, Index: i))
        .DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Index, StringComparer.Ordinal);

    public string Name => name;

    public Macro Close(Scope scope) => new(this, scope);

    public object? Call(RenderContext context, Scope closure, Arguments arguments)
    {
        if (arguments.Positional.Count > parameters.Length && !readsVarargs)
        {
            throw new TemplateFault(
                $"macro '{name}' takes at most {parameters.Length} argument(s) and was given {arguments.Positional.Count}");
        }

        context.Spend(4 + 4L * parameters.Length);
        var scope = new Scope(closure);
        var extra = new PyDict();
        object?[] values = Match(context, arguments, extra, scope);
        for (int i = 0; i < parameters.Length; i++)
        {
            (string parameter, Expression? fallback) = parameters[i];
            if (values[i] == Access.Absent)
            {
                context.SpendCompare(parameter.Length);
                values[i] = fallback is null
                    ? new Undefined($"parameter '{parameter}' was not provided")
                    : fallback.Evaluate(context, scope);
            }

            scope.Set(parameter, values[i]);
        }

        if (readsVarargs) scope.Set(Parser.Varargs, new PyTuple([.. arguments.Positional.Skip(parameters.Length)]));
        if (readsKwargs) scope.Set(Parser.Kwargs, extra);
        return context.Capture(body, scope);
    }

    private object?[] Match(RenderContext context, Arguments arguments, PyDict extra, Scope scope)
    {
        var values = new object?[parameters.Length];
        Array.Fill(values, Access.Absent);
        for (int i = 0; i < values.Length && i < arguments.Positional.Count; i++) values[i] = arguments.Positional[i];
        bool hasCaller = false;
        foreach ((string given, object? value) in arguments.Named)
        {
            context.SpendCompare(given.Length);
            int i = _positions.GetValueOrDefault(given, -1);
            if (i >= 0 && values[i] != Access.Absent)
            {
                throw new TemplateFault($"macro '{name}' got several values for argument '{given}'");
            }

            if (i >= 0)
            {
                values[i] = value;
            }
            else if (given == Parser.Caller && readsCaller)
            {
                scope.Set(Parser.Caller, value);
                hasCaller = true;
            }
            else if (readsKwargs)
            {
                extra.Set(context, given, value);
            }
            else
            {
                throw new TemplateFault($"macro '{name}' takes no keyword argument '{given}'");
            }
        }

        if (readsCaller && !hasCaller && !_positions.ContainsKey(Parser.Caller))
        {
            scope.Set(Parser.Caller, new Undefined("no caller defined"));
        }

        return values;
    }
}

/// <summary>A macro as a value: its definition and the scope it was defined in.</summary>
internal sealed class Macro(MacroDefinition definition, Scope closure) : Callable
{
    public override string Name => definition.Name;

    public override object? Call(RenderContext context, Arguments arguments) => definition.Call(context, closure, arguments);
}

internal sealed class DefineMacro(MacroDefinition definition, string name, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        scope.Set(name, definition.Close(scope));
        return Flow.Next;
    }
}

/// <summary>call(parameters) macro(arguments) ... endcall.</summary>
internal sealed class CallBlock(MacroDefinition caller, Expression callee, ArgumentList arguments, int offset) : Statement(offset)
{
    public override Flow Execute(RenderContext context, Scope scope)
    {
        object? target = callee.Evaluate(context, scope);
        Arguments values = arguments.Evaluate(context, scope);
        context.At = Offset;
        if (target is Undefined u) throw u.Fault();
        if (target is not Callable callable) throw new TemplateFault($"'{Python.TypeName(target)}' object is not callable");
        var withCaller = new Arguments(values.Positional, [.. values.Named, (Parser.Caller, caller.Close(scope))]);
        context.Write(Python.Str(context, callable.Call(context, withCaller)));
        return Flow.Next;
    }
}
