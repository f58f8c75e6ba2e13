namespace Innate.Jinja;

/// <summary>
/// Expressions, with Jinja's own precedence: filters and tests bind tighter than any operator, and ** is left-associative.
/// </summary>
internal sealed partial class Parser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    // What stands after "is name" without brackets may be the test's argument, unless one of these words goes on.
    private static readonly string[] NotArguments = ["else", "or", "and", "if"];

    private readonly List<TemplateFault> _unknown = [];
    private bool _soft;

    /// <summary>Reads a body in which unknown filters and tests are errors only when they are reached.</summary>
    private Statement[] Softly(Func<Statement[]> read) => WithSoftness(true, read);

    private Statement[] Firmly(Func<Statement[]> read) => WithSoftness(false, read);

    private Statement[] WithSoftness(bool isSoft, Func<Statement[]> read)
    {
        (bool outer, _soft) = (_soft, isSoft);
        Statement[] body = read();
        _soft = outer;
        return body;
    }

    private Target ReadTargets(bool withNamespace = false)
    {
        int offset = Current.Offset;
        var parts = new List<Target> { ReadTarget(withNamespace) };
        bool isTuple = false;
        while (Skip(","))
        {
            isTuple = true;
            if (Current.Kind is not TokenKind.Name && !Current.Is("(")) break;
            parts.Add(ReadTarget(withNamespace));
        }

        return isTuple ? new TupleTarget([.. parts], offset) : parts[0];
    }

    private Target ReadTarget(bool withNamespace)
    {
        int offset = Current.Offset;
        if (Skip("("))
        {
            Enter();
            Target inner = ReadTargets(withNamespace);
            Expect(")");
            _depth--;
            return inner;
        }

        string name = ReadName("a name to assign to");
        if (!withNamespace || !Skip(".")) return new NameTarget(name, offset);
        if (Current.Kind != TokenKind.Name) throw Expected("an attribute's name");
        return new AttributeTarget(new Name(name, offset), Next().Value, offset);
    }

    /// <summary>One expression, or several with commas between, which make a tuple.</summary>
    private Expression ReadTuple(bool withConditional = true, bool inBrackets = false)
    {
        int offset = Current.Offset;
        var items = new List<Expression>();
        bool isTuple = false;
        while (!EndsTuple())
        {
            items.Add(withConditional ? ReadExpression() : ReadOr());
            if (!Skip(",")) break;
            isTuple = true;
        }

        if (!isTuple && items.Count == 1) return items[0];
        if (items.Count == 0 && !inBrackets) throw Expected("an expression");
        return new ListDisplay([.. items], true, offset);
    }

    private bool EndsTuple() => Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || Current.Is(")");

    private Expression ReadExpression()
    {
        Enter();
        int before = _unknown.Count;
        Expression value = ReadOr();
        while (Current.IsName("if"))
        {
            int offset = Next().Offset;
            Expression condition = ReadOr();
            Expression? other = SkipName("else") ? ReadExpression() : null;
            value = new Conditional(value, condition, other, offset);
            _unknown.RemoveRange(before, _unknown.Count - before);
        }

        _depth--;
        return value;
    }

    private Expression ReadOr()
    {
        Expression left = ReadAnd();
        while (Current.IsName("or"))
        {
            int offset = Next().Offset;
            left = new Logical(false, left, ReadAnd(), offset);
        }

        return left;
    }

    private Expression ReadAnd()
    {
        Expression left = ReadNot();
        while (Current.IsName("and"))
        {
            int offset = Next().Offset;
            left = new Logical(true, left, ReadNot(), offset);
        }

        return left;
    }

    private Expression ReadNot()
    {
        if (!Current.IsName("not")) return ReadComparison();
        Enter();
        int offset = Next().Offset;
        var result = new Not(ReadNot(), offset);
        _depth--;
        return result;
    }

    private Expression ReadComparison()
    {
        int offset = Current.Offset;
        Expression first = ReadBinary(0);
        List<(string, Expression)>? links = null;
        while (ReadComparisonOperator() is { } op) (links ??= []).Add((op, ReadBinary(0)));
        return links is null ? first : new Comparison(first, [.. links], offset);
    }

    private string? ReadComparisonOperator()
    {
        if (Current.Kind == TokenKind.Operator && Comparisons.Contains(Current.Value)) return Next().Value;
        if (SkipName("in")) return "in";
        if (!Current.IsName("not") || !_tokens[_at + 1].IsName("in")) return null;
        _at += 2;
        return "not in";
    }

    private static int Precedence(Token token) => token.Kind != TokenKind.Operator ? -1 : token.Value switch
    {
        "+" or "-" => 0,
        "~" => 1,
        "*" or "/" or "//" or "%" => 2,
        "**" => 3,
        _ => -1,
    };

    private Expression ReadBinary(int lowest)
    {
        Expression left = lowest == 3 ? ReadUnary(withFilters: true) : ReadBinary(lowest + 1);
        while (Precedence(Current) == lowest)
        {
            Token op = Next();
            Expression right = lowest == 3 ? ReadUnary(withFilters: true) : ReadBinary(lowest + 1);
            if (op.Value != "~")
            {
                left = new Binary(op.Value, left, right, op.Offset);
                continue;
            }

            var parts = new List<Expression> { left, right };
            while (Skip("~")) parts.Add(ReadBinary(2));
            left = new Concatenation([.. parts], op.Offset);
        }

        return left;
    }

    private Expression ReadUnary(bool withFilters, bool withCalls = true)
    {
        Enter();
        int offset = Current.Offset;
        Expression value = Skip("-") ? new Negation(ReadUnary(false), true, offset)
            : Skip("+") ? new Negation(ReadUnary(false), false, offset)
            : ReadPrimary();
        value = ReadPostfix(value, withCalls);
        if (withFilters) value = ReadFilters(value);
        _depth--;
        return value;
    }
}
