namespace Innate.Scoring.Grading;

/// <summary>What a formula is made of: numbers, mixed numbers, variables, brackets, roots, fractions, functions.</summary>
internal sealed partial class FormulaParser
{
    // n! of these alone is worked out.
    private const int MaxFactorial = 100;

    private static AlgebraicValue? Factorial(AlgebraicValue value)
    {
        if (value.Rational is not { IsInteger: true, Sign: >= 0 } n || n.Numerator > MaxFactorial) return null;
        ExactNumber product = ExactNumber.One;
        for (int i = 2; i <= (int)n.Numerator; i++) product *= new ExactNumber(i, 1);
        return AlgebraicValue.Of(product);
    }

    private AlgebraicValue? Base()
    {
        if (_depth >= MaxDepth) return null;
        _depth++;
        AlgebraicValue? value = One();
        _depth--;
        return value;
    }

    private AlgebraicValue? One()
    {
        if (Next is not { } t || !_budget.Spend(1)) return null;
        switch (t.Kind)
        {
            case MathTokenKind.Number:
                _at++;
                return Mixed(t);
            case MathTokenKind.Letter:
                _at++;

                // f(2) is no product.
                return t.Text is "f" or "g" or "h" or "P" && Next is { } open && open.Is("(") ? null : Named(t.Text);
            case MathTokenKind.Word when t.Text.Length <= 3 && t.Text.All(char.IsAsciiLetter) && !t.IsText && _isMath:
                return Letters(t);
            case MathTokenKind.Symbol when t.Is("(") || t.Is("[") || t.Is("{"):
                return Group(t.Text == "(" ? ")" : t.Text == "[" ? "]" : "}");
            case MathTokenKind.Symbol when t.Is("|"):
                return Group("|")?.Rational is ExactNumber n ? AlgebraicValue.Of(n.Sign < 0 ? -n : n) : null;
            case MathTokenKind.Command:
                _at++;
                return Command(t.Text, t.End - t.Start > t.Text.Length);
            default:
                return null;
        }
    }

    private AlgebraicValue? Group(string close)
    {
        _at++;
        AlgebraicValue? value = Sum();
        if (value is null || Next is not { } end || !end.Is(close)) return null;
        _at++;
        return value;
    }

    // 2 3/4 and 2\frac{3}{4}: a whole number before a proper fraction of whole numbers.
    private AlgebraicValue? Mixed(MathToken whole)
    {
        if (whole.Number is not ExactNumber number) return null;
        AlgebraicValue value = AlgebraicValue.Of(number);
        if (!whole.IsWhole || Next is not { } t) return value;
        if (t.IsWhole && t.IsSpaced && _at + 2 < _tokens.Count && _tokens[_at + 1].Is("/") && _tokens[_at + 2].IsWhole)
        {
            ExactNumber? part = Proper(t.Number, _tokens[_at + 2].Number);
            _at += 3;
            return part is ExactNumber fraction && !BeginsFactor() ? AlgebraicValue.Of(number + fraction) : null;
        }

        if (!t.IsCommand("frac")) return value;
        if (_at > 1 && _tokens[_at - 2].Is("/")) return null;
        _at++;
        if (Argument() is not { } top || Argument() is not { } bottom || (Next is { } p && p.Is("^"))) return null;
        return top.Rational is { } a && bottom.Rational is { } b
            ? Proper(a, b) is ExactNumber proper ? AlgebraicValue.Of(number + proper) : null
            : top.Over(bottom, _budget)?.Times(value, _budget);
    }

    private static ExactNumber? Proper(ExactNumber? top, ExactNumber? bottom) =>
        top is { IsInteger: true, Sign: > 0 } a && bottom is { IsInteger: true } b && b.Numerator > a.Numerator
            ? a * b.Inverse()
            : null;

    private AlgebraicValue? Letters(MathToken word)
    {
        _at++;
        AlgebraicValue? product = AlgebraicValue.Of(ExactNumber.One);
        foreach (char letter in word.Text) product = product?.Times(AlgebraicValue.Atom(letter.ToString()), _budget);
        return product;
    }

    // A variable or a Greek letter, with its index.
    private AlgebraicValue? Named(string name)
    {
        if (Next is { } t && t.Is("_"))
        {
            _at++;
            if (Script() is not { } index) return null;
            name += $"_{index}";
        }

        return AlgebraicValue.Atom(name);
    }

    // An index, as text: x_1, x_{12}, a_n.
    private string? Script()
    {
        if (Next is { IsNumber: true } or { IsLetter: true }) return _tokens[_at++].Text;
        if (Next is not { } open || !open.Is("{")) return null;
        int end = _at + 1;
        while (end < _tokens.Count && end - _at < 8 && !_tokens[end].Is("}")) end++;
        if (end >= _tokens.Count || !_tokens[end].Is("}")) return null;
        string index = string.Join(' ', _tokens.Skip(_at + 1).Take(end - _at - 1).Select(t => t.Text));
        _at = end + 1;
        return index;
    }

    private AlgebraicValue? Command(string name, bool isLatex)
    {
        if (FormulaNames.IsFunction(name)) return Function(name);
        switch (name)
        {
            case "frac":
                return Argument() is { } top && Argument() is { } bottom ? top.Over(bottom, _budget) : null;
            case "sqrt":
                ExactNumber degree = new(2, 1);
                bool isWritten = Next is { } t && t.Is("[");
                if (isWritten)
                {
                    if (Group("]")?.Rational is not { IsInteger: true } n || n.Numerator < 2 || n.Numerator > 20) return null;
                    degree = n;
                }

                return Radicand(isLatex) is { } inside ? Root(inside, degree) : null;
            case "binom":
                return Argument()?.Rational is { } up && Argument()?.Rational is { } down ? Choose(up, down) : null;
            default:
                return FormulaNames.IsValue(name) ? Named($@"\{name}") : null;
        }
    }

    // TeX sets \sqrt23 as the root of 2, times 3; who writes √23 or sqrt 23 means the root of 23.
    private AlgebraicValue? Radicand(bool isLatex) =>
        Next is { } t && t.Is("(") ? Base() : Next is { IsNumber: true } && !isLatex ? Plain() : Argument();

    // An odd root of a negative number is the real one.
    private AlgebraicValue? Root(AlgebraicValue inside, ExactNumber degree) =>
        inside.Rational is { Sign: < 0 } && !degree.Numerator.IsEven
            ? inside.Negated().Root(degree.Inverse(), _budget)?.Negated()
            : inside.Root(degree.Inverse(), _budget);

    private static AlgebraicValue? Choose(ExactNumber n, ExactNumber k)
    {
        if (!n.IsInteger || !k.IsInteger || k.Sign < 0 || n.Numerator < k.Numerator || n.Numerator > MaxFactorial) return null;
        ExactNumber ways = ExactNumber.One;
        for (int i = 1; i <= (int)k.Numerator; i++) ways *= ExactNumber.Of(n.Numerator - i + 1, i);
        return AlgebraicValue.Of(ways);
    }

    // {...}, or one digit or letter: \frac12.
    private AlgebraicValue? Argument()
    {
        if (Next is not { } t) return null;
        if (t.Is("{")) return Group("}");
        if (t.IsNumber && t.IsWhole && t.Text.Length > 1)
        {
            _tokens[_at] = t with { Text = t.Text[1..], IsSpaced = false };
            return AlgebraicValue.Of(new ExactNumber(t.Text[0] - '0', 1));
        }

        if (t.IsNumber && t.IsWhole)
        {
            _at++;
            return AlgebraicValue.Of(t.Number!.Value);
        }

        return t.IsLetter || (t.Kind == MathTokenKind.Command && FormulaNames.IsValue(t.Text) && t.Text is not "frac")
            ? Base()
            : null;
    }

    // \sin^2 x, \log_2 8, \sin(x+1): what stands in the brackets, or all factors up to the next sign.
    private AlgebraicValue? Function(string name)
    {
        if (Next is { } s && s.Is("_"))
        {
            _at++;
            if (Script() is not { } index) return null;
            name += $"_{index}";
        }

        AlgebraicValue? power = null;
        if (Next is { } p && p.Is("^"))
        {
            _at++;
            power = Exponent();
            if (power?.Rational is not { IsInteger: true, Sign: > 0 }) return null;
        }

        AlgebraicValue? inside = Next is { } open && (open.Is("(") || open.Is("{")) ? Base() : Base2();
        if (inside is null) return null;
        AlgebraicValue value = AlgebraicValue.Atom($"{name}({inside.Key})");
        return power is null ? value : value.Power(power, _budget);

        AlgebraicValue? Base2()
        {
            AlgebraicValue? product = Power();
            while (product is not null && BeginsFactor() && !Next!.IsNumber && !Next.Is("(")
                && !(Next.Kind == MathTokenKind.Command && FormulaNames.IsFunction(Next.Text)))
            {
                product = Power() is { } factor ? product.Times(factor, _budget) : null;
            }

            return product;
        }
    }
}
