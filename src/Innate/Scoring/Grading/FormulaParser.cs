namespace Innate.Scoring.Grading;

/// <summary>
/// Reckons a formula's value: sums, products, powers, roots, fractions, mixed numbers, functions. What can be read in two ways
/// (1/2x, 2^3^4, 12 34) has no value here.
/// </summary>
internal sealed partial class FormulaParser
{
    private const int MaxDepth = 40;

    private readonly List<MathToken> _tokens;
    private readonly WorkBudget _budget;
    private readonly int _plusMinus;

    // Beside numbers and signs xy is x times y; alone it is a word.
    private readonly bool _isMath;
    private int _at;
    private int _depth;

    private FormulaParser(IEnumerable<MathToken> tokens, WorkBudget budget, int plusMinus) =>
        (_tokens, _budget, _plusMinus, _isMath) =
        ([.. tokens], budget, plusMinus, tokens.Any(t => t.IsNumber || t.Kind is MathTokenKind.Command or MathTokenKind.Symbol));

    private MathToken? Next => _at < _tokens.Count ? _tokens[_at] : null;

    /// <summary>The value of all tokens; null where they are no formula, or cost too much.</summary>
    /// <param name="tokens">The formula.</param>
    /// <param name="budget">What it may cost.</param>
    /// <param name="plusMinus">What ± stands for: 1 or -1; 0: it is no formula with it.</param>
    public static AlgebraicValue? Value(IEnumerable<MathToken> tokens, WorkBudget budget, int plusMinus = 0)
    {
        FormulaParser parser = new(tokens, budget, plusMinus);

        // There is no reckoning with infinity: it stands alone, or with its sign.
        List<MathToken> all = parser._tokens;
        if (all.Any(t => t.IsCommand("infty")) && (all.Count > 2 || !all[^1].IsCommand("infty"))) return null;
        AlgebraicValue? value = parser.Sum();
        return parser._at == all.Count ? value : null;
    }

    private AlgebraicValue? Sum()
    {
        AlgebraicValue? sum = null;
        while (true)
        {
            int sign = Sign();
            if (sign == 0 && sum is not null) break;
            AlgebraicValue? term = Product();
            if (term is null || !_budget.Spend(1)) return null;
            if (sign < 0) term = term.Negated();
            sum = sum is null ? term : sum.Plus(term, _budget);
            if (sum is null) return null;
        }

        return sum;
    }

    // 1, -1, or 0 where no sign stands. Two signs in a row are none.
    private int Sign()
    {
        int sign = Next switch
        {
            { } t when t.Is("+") => 1,
            { } t when t.Is("-") => -1,
            { } t when t.IsCommand("pm") => _plusMinus,
            { } t when t.IsCommand("mp") => -_plusMinus,
            _ => 0,
        };
        if (sign != 0) _at++;
        return sign;
    }

    private AlgebraicValue? Product()
    {
        AlgebraicValue? product = Power();
        bool isOverWritten = false;
        while (product is not null && _budget.Spend(1))
        {
            if (Times())
            {
                _at++;
                product = SignedFactor() is { } factor ? product.Times(factor, _budget) : null;
            }
            else if (Next is { } t && (t.Is("/") || t.IsCommand("div")))
            {
                _at++;
                product = SignedFactor() is { } factor ? product.Over(factor, _budget) : null;
                isOverWritten = true;
                continue;
            }
            else if (BeginsFactor())
            {
                // 1/2x: is x above or below? And 12 34 is no product.
                if (isOverWritten || Next!.IsNumber) return null;
                product = Power() is { } factor ? product.Times(factor, _budget) : null;
            }
            else
            {
                return product;
            }
        }

        return product;
    }

    private AlgebraicValue? SignedFactor()
    {
        bool isNegative = Next is { } t && t.Is("-");
        if (isNegative) _at++;
        return isNegative ? Power()?.Negated() : Power();
    }

    // Between two numbers x is a sign too: 3 x 10^4.
    private bool Times() => Next is { } t && (t.IsCommand("times") || t.IsCommand("cdot")
        || (t.IsLetter && t.Text is "x" or "X" && _at > 0 && _tokens[_at - 1] is { IsNumber: true, Text: not "0" }
            && _at + 1 < _tokens.Count && _tokens[_at + 1].IsNumber));

    private bool BeginsFactor() => Next is { } t
        && (t.IsNumber || t.IsLetter || t.IsWord || t.Is("(") || t.Is("[") || t.Is("{")
            || (t.Kind == MathTokenKind.Command && FormulaNames.IsValue(t.Text)));

    private AlgebraicValue? Power()
    {
        if (Base() is not { } value) return null;
        bool isRaised = false;
        while (Next is { } t)
        {
            if (t.Is("!"))
            {
                _at++;
                if (Factorial(value) is not { } factorial) return null;
                value = factorial;
                continue;
            }

            if (!t.Is("^")) break;
            if (isRaised) return null;
            isRaised = true;
            _at++;
            if (Exponent() is not { } exponent || value.Power(exponent, _budget) is not { } raised) return null;
            value = raised;
        }

        return value;
    }

    // x^10 is read as it is meant, not as TeX sets it.
    private AlgebraicValue? Exponent()
    {
        bool isNegative = Next is { } t && t.Is("-");
        if (isNegative) _at++;
        AlgebraicValue? value = Next is { IsWord: true } ? null : Next is { IsNumber: true } ? Plain() : Base();
        return isNegative ? value?.Negated() : value;
    }

    // A number that is no part of a mixed one.
    private AlgebraicValue? Plain() => _tokens[_at++].Number is ExactNumber n ? AlgebraicValue.Of(n) : null;
}
