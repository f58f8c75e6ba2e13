using System.Globalization;
using System.Text;

namespace Innate.Jinja;

/// <summary>
/// What expressions are made of: literals, names, and what follows them (attributes, items, calls, filters, tests).
/// </summary>
internal sealed partial class Parser
{
    private Expression ReadPrimary()
    {
        Token token = Next();
        switch (token.Kind)
        {
            case TokenKind.Name: return ReadNameOrConstant(token);
            case TokenKind.Text:
                if (Current.Kind != TokenKind.Text) return new Literal(token.Value, token.Offset);
                var text = new StringBuilder(token.Value);
                while (Current.Kind == TokenKind.Text) text.Append(Next().Value);
                return new Literal(text.ToString(), token.Offset);
            case TokenKind.Integer: return new Literal(ReadInteger(token), token.Offset);
            case TokenKind.Float:
                return new Literal(
                    double.Parse(token.Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
                    token.Offset);
        }

        if (token.Is("(")) return Closed(ReadTuple(inBrackets: true), ")");
        if (token.Is("[")) return new ListDisplay(ReadUntil("]", ReadExpression), false, token.Offset);
        if (token.Is("{")) return new DictDisplay(ReadUntil("}", ReadEntry), token.Offset);
        _at--;
        throw Expected("an expression");
    }

    private Expression Closed(Expression value, string bracket)
    {
        Expect(bracket);
        return value;
    }

    private static object ReadInteger(Token token)
    {
        int radix = token.Value.Length > 1 ? Numbers.PrefixRadix(token.Value[1]) : 0;
        return Numbers.ParseInteger(null, token.Value, radix == 0 ? 10 : radix)
            ?? throw new TemplateFault($"expected an integer and found '{token.Value}'", token.Offset);
    }

    private Expression ReadNameOrConstant(Token token)
    {
        switch (token.Value)
        {
            case "true" or "True": return new Literal(true, token.Offset);
            case "false" or "False": return new Literal(false, token.Offset);
            case "none" or "None": return new Literal(null, token.Offset);
        }

        if (token.Value is Varargs or Kwargs or Caller)
        {
            foreach (HashSet<string> read in _readInMacros) read.Add(token.Value);
        }

        return new Name(Intern(token.Value), token.Offset);
    }

    private T[] ReadUntil<T>(string bracket, Func<T> read)
    {
        var items = new List<T>();
        while (!Skip(bracket))
        {
            if (items.Count > 0) Expect(",");
            if (items.Count > 0 && Skip(bracket)) break;
            items.Add(read());
        }

        return [.. items];
    }

    private (Expression, Expression) ReadEntry()
    {
        Expression key = ReadExpression();
        Expect(":");
        return (key, ReadExpression());
    }

    private Expression ReadPostfix(Expression value, bool withCalls = true)
    {
        while (true)
        {
            int offset = Current.Offset;
            if (withCalls && Current.Is("(")) value = new CallOf(value, ReadArguments(), offset);
            else if (Skip(".")) value = ReadDot(value, offset);
            else if (Skip("[")) value = ReadSubscript(value, offset);
            else return value;
        }
    }

    private Expression ReadDot(Expression owner, int offset)
    {
        Token token = Next();
        if (token.Kind == TokenKind.Name) return new AttributeOf(owner, token.Value, offset);
        if (token.Kind == TokenKind.Integer) return new ItemOf(owner, new Literal(ReadInteger(token), token.Offset), offset);
        _at--;
        throw Expected("a name after '.'");
    }

    private Expression ReadSubscript(Expression owner, int offset)
    {
        var keys = new List<Expression>();
        bool isTuple = false;
        do
        {
            if (isTuple && Current.Is("]")) break;
            Expression? start = Current.Is(":") ? null : ReadExpression();
            if (Current.Is(":"))
            {
                if (isTuple) throw Expected("']'");
                return ReadSlice(owner, start, offset);
            }

            keys.Add(start!);
        }
        while (Skip(",") && (isTuple = true));
        Expect("]");
        return new ItemOf(owner, isTuple ? new ListDisplay([.. keys], true, offset) : keys[0], offset);
    }

    private SliceOf ReadSlice(Expression owner, Expression? start, int offset)
    {
        Expect(":");
        Expression? stop = Current.Is("]") || Current.Is(":") ? null : ReadExpression();
        Expression? step = Skip(":") && !Current.Is("]") ? ReadExpression() : null;
        Expect("]");
        return new SliceOf(owner, start, stop, step, offset);
    }

    private ArgumentList ReadArguments()
    {
        Expect("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? list = null, dict = null;
        bool first = true;
        while (!Skip(")"))
        {
            if (!first) Expect(",");
            if (!first && Skip(")")) break;
            first = false;
            if (Skip("*")) list = ReadExpression();
            else if (Skip("**")) dict = ReadExpression();
            else if (Current.Kind == TokenKind.Name && _tokens[_at + 1].Is("=")) named.Add(ReadNamed());
            else if (named.Count > 0 || dict is not null) throw Expected("an argument by name after the arguments by name");
            else positional.Add(ReadExpression());
        }

        return first ? ArgumentList.Empty : new ArgumentList([.. positional], [.. named], list, dict);
    }

    private (string, Expression) ReadNamed()
    {
        string name = Intern(Next().Value);
        _at++;
        return (name, ReadExpression());
    }

    /// <summary>Reads "| filter", "is test" and calls as long as they follow.</summary>
    private Expression ReadFilters(Expression value)
    {
        while (true)
        {
            int offset = Current.Offset;
            if (Skip("|")) value = ReadFilter(value);
            else if (SkipName("is")) value = ReadTest(value, offset);
            else if (Current.Is("(")) value = new CallOf(value, ReadArguments(), offset);
            else return value;
        }
    }

    /// <summary>Reads "filter | filter ..." for a block, whose text is the first one's input.</summary>
    private FilterOf ReadFilterChain()
    {
        FilterOf chain = ReadFilter(null);
        int before = _depth;
        while (Skip("|"))
        {
            Enter();
            chain = ReadFilter(chain);
        }

        _depth = before;
        return chain;
    }

    private FilterOf ReadFilter(Expression? input)
    {
        int offset = Current.Offset;
        string name = ReadDottedName("a filter's name");
        Filter? filter = Filters.Find(name);
        if (filter is null && !_soft) _unknown.Add(new TemplateFault(Filters.Unknown(name).Message, offset));
        return new FilterOf(input, name, filter, Current.Is("(") ? ReadArguments() : ArgumentList.Empty, offset);
    }

    private TestOf ReadTest(Expression input, int offset)
    {
        bool negated = SkipName("not");
        int start = Current.Offset;
        string name = ReadDottedName("a test's name");
        Test? test = Tests.Find(name);
        if (test is null && !_soft) _unknown.Add(new TemplateFault(Tests.Unknown(name).Message, start));
        ArgumentList arguments = ArgumentList.Empty;
        if (Current.Is("("))
        {
            arguments = ReadArguments();
        }
        else if (StartsArgument())
        {
            if (Current.IsName("is")) throw new TemplateFault("tests cannot be chained with 'is'", Current.Offset);
            Enter();
            arguments = new ArgumentList([ReadPostfix(ReadPrimary())], [], null, null);
            _depth--;
        }

        return new TestOf(input, name, test, arguments, negated, offset);
    }

    private bool StartsArgument() => Current.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
        || Current.Is("[") || Current.Is("{")
        || (Current.Kind == TokenKind.Name && !NotArguments.Contains(Current.Value));

    private string ReadDottedName(string what)
    {
        if (Current.Kind != TokenKind.Name) throw Expected(what);
        string name = Next().Value;
        if (!Current.Is(".")) return name;
        var dotted = new StringBuilder(name);
        while (Skip("."))
        {
            if (Current.Kind != TokenKind.Name) throw Expected(what);
            dotted.Append('.').Append(Next().Value);
        }

        return dotted.ToString();
    }
}
