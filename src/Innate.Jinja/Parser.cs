namespace Innate.Jinja;

/// <summary>
/// Reads statements; the other half of this class reads expressions. Recursion is bounded by counting, see
/// <see cref="Limits.ParseDepth"/>.
/// </summary>
internal sealed partial class Parser
{
    public const string Loop = "loop", Caller = "caller", Varargs = "varargs", Kwargs = "kwargs";

    private static readonly string[] Reserved = ["true", "false", "none", "True", "False", "None"];

    private readonly List<Token> _tokens;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    // Which of the names that a macro finds without being told were read in each of the open macros.
    private readonly Stack<HashSet<string>> _readInMacros = new();
    private int _at;
    private int _depth;
    private int _loops;

    private Parser(List<Token> tokens)
    {
        _tokens = tokens;
        foreach (string name in (string[])[Loop, Caller, Varargs, Kwargs]) _names[name] = name;
    }

    public static Statement[] Parse(string source)
    {
        var parser = new Parser(Lexer.Read(source));
        Statement[] body = parser.ReadBody("the template");
        // A filter or test that does not exist is an error even where it is never reached, but, as in Jinja2, not inside a
        // condition's branches: templates ask with "is filter" there.
        if (parser._unknown.Count > 0) throw parser._unknown[0];
        return body;
    }

    private Token Current => _tokens[_at];

    private Token Next() => _tokens[_at++];

    private TemplateFault Expected(string what) => new($"expected {what} and found {Current.Shown}", Current.Offset);

    private bool Skip(string op)
    {
        if (!Current.Is(op)) return false;
        _at++;
        return true;
    }

    private bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        _at++;
        return true;
    }

    private void Expect(string op)
    {
        if (!Skip(op)) throw Expected($"'{op}'");
    }

    private string Intern(string name)
    {
        if (_names.TryGetValue(name, out string? same)) return same;
        _names[name] = name;
        return name;
    }

    private void Enter()
    {
        if (++_depth > Limits.ParseDepth || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault(
                FormattableString.Invariant($"the template is nested deeper than the limit of {Limits.ParseDepth} levels"),
                Current.Offset);
        }
    }

    /// <summary>Reads up to one of the end tags, whose name is then the current token, or to the end of the template.</summary>
    private Statement[] ReadBody(string opener, params string[] ends)
    {
        Enter();
        var body = new List<Statement>();
        int tag = Math.Max(_at - 1, 0);
        while (tag > 0 && _tokens[tag].Kind != TokenKind.BlockBegin) tag--;
        while (true)
        {
            Token token = Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new TextOutput(token.Value, token.Offset));
                    continue;
                case TokenKind.VariableBegin:
                    body.Add(new ValueOutput(ReadTuple(), token.Offset));
                    if (Next().Kind == TokenKind.VariableEnd) continue;
                    _at--;
                    throw Expected("'}}'");
                case TokenKind.BlockBegin:
                    if (Current.Kind != TokenKind.Name) throw Expected("the name of a tag");
                    if (!ends.Contains(Current.Value))
                    {
                        body.Add(ReadStatement(opener, ends));
                        EndTag();
                        continue;
                    }

                    break;
                case TokenKind.End:
                    _at--;
                    if (ends.Length > 0)
                    {
                        throw new TemplateFault(
                            $"expected {Either(ends)} to close {opener} and found the end of the template", _tokens[tag].Offset);
                    }

                    break;
                default: throw new TemplateFault($"found {token.Shown} outside of a tag", token.Offset);
            }

            _depth--;
            return [.. body];
        }
    }

    private static string Either(string[] names) => string.Join(" or ", names.Select(n => $"'{n}'"));

    private void EndTag()
    {
        if (Current.Kind != TokenKind.BlockEnd) throw Expected("'%}'");
        _at++;
    }

    private Statement ReadStatement(string opener, string[] ends)
    {
        Token tag = Next();
        switch (tag.Value)
        {
            case "if": return ReadIf(tag.Offset);
            case "for": return ReadFor(tag.Offset);
            case "set": return ReadSet(tag.Offset);
            case "macro": return ReadMacro(tag.Offset);
            case "call": return ReadCall(tag.Offset);
            case "filter": return ReadFilterBlock(tag.Offset);
            case "with": return ReadWith(tag.Offset);
            case "generation":
                EndTag();
                return new With([], Separate(() => ReadClosed("generation")), tag.Offset);
            case "block": return ReadBlock(tag.Offset);
            case "print": return new ValueOutput(new Concatenation(ReadPrinted(), tag.Offset), tag.Offset);
            case "break" or "continue":
                if (_loops == 0) throw new TemplateFault($"'{tag.Value}' is used outside of a loop", tag.Offset);
                return new LoopControl(tag.Value == "break" ? Flow.Break : Flow.Continue, tag.Offset);
            case "include" or "import" or "from" or "extends" or "autoescape" or "do" or "trans":
                throw new TemplateFault($"the tag '{tag.Value}' is not available in chat templates", tag.Offset);
            case var name when name is "else" or "elif" || name.StartsWith("end", StringComparison.Ordinal):
                string wanted = ends.Length == 0 ? "no open block" : $"{Either(ends)} for {opener}";
                throw new TemplateFault($"expected {wanted} and found '{tag.Value}'", tag.Offset);
            default: throw new TemplateFault($"found the unknown tag '{tag.Value}'", tag.Offset);
        }
    }

    /// <summary>Reads a body that is a function of its own: loops around it are out of its reach.</summary>
    private Statement[] Separate(Func<Statement[]> read)
    {
        int outer = _loops;
        _loops = 0;
        Statement[] body = Firmly(read);
        _loops = outer;
        return body;
    }

    /// <summary>Reads "... end{name}".</summary>
    private Statement[] ReadClosed(string name)
    {
        Statement[] body = ReadBody($"'{name}'", "end" + name);
        _at++;
        return body;
    }

    /// <summary>A block that no other template can replace, for there is none, is its body in a scope of its own.</summary>
    private With ReadBlock(int offset)
    {
        string name = ReadName("the block's name");
        while (SkipName("scoped") || SkipName("required"))
        {
        }

        EndTag();
        Statement[] body = Separate(() => ReadClosed("block"));
        SkipName(name);
        return new With([], body, offset);
    }

    private If ReadIf(int offset)
    {
        var branches = new List<(Expression, Statement[])>();
        do
        {
            Expression condition = ReadTuple(withConditional: false);
            EndTag();
            branches.Add((condition, Softly(() => ReadBody("'if'", "elif", "else", "endif"))));
        }
        while (Next().Value == "elif");
        Statement[] otherwise = [];
        if (_tokens[_at - 1].Value == "else")
        {
            EndTag();
            otherwise = Softly(() => ReadClosed("if"));
        }

        return new If([.. branches], otherwise, offset);
    }

    private For ReadFor(int offset)
    {
        int start = _at;
        Target target = ReadTargets();
        if (_tokens[start.._at].FindIndex(t => t.IsName(Loop)) is var i and >= 0)
        {
            throw new TemplateFault("a loop cannot assign to its own variable 'loop'", _tokens[start + i].Offset);
        }

        if (!SkipName("in")) throw Expected("'in'");
        Expression source = ReadTuple(withConditional: false);
        Expression? filter = SkipName("if") ? ReadExpression() : null;
        bool recursive = SkipName("recursive");
        EndTag();
        _loops++;
        Statement[] body = Firmly(() => ReadBody("'for'", "else", "endfor"));
        _loops--;
        Statement[] otherwise = [];
        if (Next().Value == "else")
        {
            EndTag();
            otherwise = Firmly(() => ReadClosed("for"));
        }

        return new For(target, source, filter, body, otherwise, recursive, offset);
    }

    private Expression[] ReadPrinted()
    {
        var values = new List<Expression> { ReadExpression() };
        while (Skip(",")) values.Add(ReadExpression());
        return [.. values];
    }

    private Statement ReadSet(int offset)
    {
        Target target = ReadTargets(withNamespace: true);
        if (Skip("=")) return new Set(target, ReadTuple(), offset);
        FilterOf? filter = Skip("|") ? ReadFilterChain() : null;
        EndTag();
        return new SetBlock(target, filter, Firmly(() => ReadClosed("set")), offset);
    }

    private FilterBlock ReadFilterBlock(int offset)
    {
        FilterOf filter = ReadFilterChain();
        EndTag();
        return new FilterBlock(filter, Firmly(() => ReadClosed("filter")), offset);
    }

    private With ReadWith(int offset)
    {
        var assignments = new List<(Target, Expression)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0) Expect(",");
            Target target = ReadTarget(withNamespace: false);
            Expect("=");
            assignments.Add((target, ReadExpression()));
        }

        EndTag();
        return new With([.. assignments], Firmly(() => ReadClosed("with")), offset);
    }

    private string ReadName(string what)
    {
        if (Current.Kind != TokenKind.Name) throw Expected(what);
        if (Reserved.Contains(Current.Value)) throw new TemplateFault($"cannot assign to '{Current.Value}'", Current.Offset);
        return Intern(Next().Value);
    }
}
