namespace Innate.Jinja;

/// <summary>Macros and call blocks.</summary>
internal sealed partial class Parser
{
    private DefineMacro ReadMacro(int offset)
    {
        string name = ReadName("the macro's name");
        MacroDefinition definition = ReadMacroBody(name, "macro", Current.Is("(") ? ReadParameters() : throw Expected("'('"));
        return new DefineMacro(definition, name, offset);
    }

    private CallBlock ReadCall(int offset)
    {
        (string, Expression?)[] parameters = Current.Is("(") ? ReadParameters() : [];
        int start = _at;
        Expression callee = ReadUnary(withFilters: false, withCalls: false);
        if (!Current.Is("(")) throw new TemplateFault("expected a call such as name(...) after 'call'", _tokens[start].Offset);
        ArgumentList arguments = ReadArguments();
        return new CallBlock(ReadMacroBody(Caller, "call", parameters), callee, arguments, offset);
    }

    private MacroDefinition ReadMacroBody(string name, string tag, (string, Expression?)[] parameters)
    {
        EndTag();
        _readInMacros.Push([]);
        Statement[] body = Separate(() => ReadClosed(tag));
        HashSet<string> read = _readInMacros.Pop();
        return new MacroDefinition(name, parameters, body, read.Contains(Varargs), read.Contains(Kwargs), read.Contains(Caller));
    }

    private (string, Expression?)[] ReadParameters()
    {
        var parameters = new List<(string, Expression?)>();
        Expect("(");
        while (!Skip(")"))
        {
            if (parameters.Count > 0) Expect(",");
            if (parameters.Count > 0 && Skip(")")) break;
            string name = ReadName("a parameter's name");
            Expression? fallback = Skip("=") ? ReadExpression() : null;
            if (fallback is null && parameters.Count > 0 && parameters[^1].Item2 is not null)
            {
                throw new TemplateFault(
                    $"the parameter '{name}' needs a default because the one before it has one", _tokens[_at - 1].Offset);
            }

            parameters.Add((name, fallback));
        }

        return [.. parameters];
    }
}
