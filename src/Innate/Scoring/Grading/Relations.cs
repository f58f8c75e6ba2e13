namespace Innate.Scoring.Grading;

/// <summary>x = 5, x \in (0, 1), 2x + y = 3, 1 &lt; x \le 2: what signs between two sides say.</summary>
internal static class Relations
{
    private static readonly AnswerValue None = new("");

    /// <summary>
    /// What the relation says. Null where there is no sign; a value with an empty key where there is one that cannot be read.
    /// </summary>
    public static AnswerValue? Read(ReadOnlySpan<MathToken> tokens, AnswerReader reader, WorkBudget budget, int depth)
    {
        string[] signs = [.. tokens.ToArray().Where((t, i) => SignOf(t) is not null).Select(t => SignOf(t)!)];
        if (signs.Length == 0) return null;
        List<MathToken[]> sides = AnswerTokens.Split(tokens, t => SignOf(t) is not null);
        if (sides.Count != signs.Length + 1 || sides.Any(s => s.Length == 0)) return None;
        if (signs.All(s => s == "=")) return Equation(sides, reader, budget, depth) ?? None;
        if (signs is ["in"]) return NameOf(sides[0]) is { } name ? reader.Read(sides[1], depth + 1) is { } v
            ? v with { Name = name } : None : None;
        return Interval(sides, signs, budget) ?? None;
    }

    private static AnswerValue? Equation(List<MathToken[]> sides, AnswerReader reader, WorkBudget budget, int depth)
    {
        string? name = NameOf(sides[0]);
        if (name is null && sides.Count == 2 && NameOf(sides[1]) is { } last && NameOf(sides[0]) is null)
        {
            (name, sides) = (last, [sides[1], sides[0]]);
        }

        if (name is not null)
        {
            AnswerValue?[] said = [.. sides.Skip(1).Select(s => reader.Read(s, depth + 1))];
            return said.All(v => v is not null && v.Key == said[0]!.Key) ? said[^1]! with { Name = name } : null;
        }

        AnswerValue?[] values = [.. sides.Select(s => reader.Number(s))];
        if (values.Any(v => v is null)) return null;
        if (values.All(v => v!.Key == values[0]!.Key)) return values[^1];
        return sides.Count == 2
            && FormulaParser.Value(sides[0], budget) is { } left && FormulaParser.Value(sides[1], budget) is { } right
            && right.Negated().Plus(left, budget) is { Rational: null } zero && zero.WithoutScale() is { } scaled
            ? new AnswerValue("q" + scaled)
            : null;
    }

    // One variable between two bounds, or on one side of one.
    private static AnswerValue? Interval(List<MathToken[]> sides, string[] signs, WorkBudget budget)
    {
        int at = sides.FindIndex(s => NameOf(s) is not null);
        bool isUp = signs[0] is "<" or "<=";
        if (at < 0 || sides.Count > 3 || (sides.Count == 3 && at != 1)) return null;
        if (signs.Any(s => s is not ("<" or "<=" or ">" or ">=") || s is "<" or "<=" != isUp)) return null;
        string? before = at == 0 ? null : Bound(sides[at - 1], budget), after = at == sides.Count - 1 ? null
            : Bound(sides[at + 1], budget);
        if ((at > 0 && before is null) || (at < sides.Count - 1 && after is null)) return null;
        (string? low, string? high) = isUp ? (before, after) : (after, before);
        bool isLowIn = low is not null && signs[isUp ? 0 : ^1].Length == 2, isHighIn = high is not null
            && signs[isUp ? ^1 : 0].Length == 2;
        string key = $"{(isLowIn ? '[' : '(')}{low ?? @"=-1*\infty"};{high ?? @"=1*\infty"}{(isHighIn ? ']' : ')')}";
        return new AnswerValue(key, Name: NameOf(sides[at])!);
    }

    private static string? Bound(MathToken[] side, WorkBudget budget) =>
        FormulaParser.Value(side, budget) is { } value ? "=" + value.Key : null;

    // x, x_1, f(x), Area: what a value is given to.
    private static string? NameOf(ReadOnlySpan<MathToken> side)
    {
        if (side is [{ IsLetter: true } letter]) return letter.Text;
        if (side is [{ Kind: MathTokenKind.Command } greek] && greek.Text is not ("pi" or "infty")
            && FormulaNames.IsValue(greek.Text)) return greek.Text;
        if (side.Length is > 0 and < 4 && side.ToArray().All(t => t.IsWord)) return string.Join(' ',
            side.ToArray().Select(t => t.Text));
        if (side is [{ IsLetter: true } f, var open, { IsLetter: true } x, var close] && open.Is("(")
            && close.Is(")")) return $"{f.Text}({x.Text})";
        if (side is [{ IsLetter: true } v, var under, { } i] && under.Is("_")
            && (i.IsNumber || i.IsLetter)) return $"{v.Text}_{i.Text}";
        return side is [{ IsLetter: true } w, var low, var left, { } j, var right] && low.Is("_") && left.Is("{") && right.Is("}")
            ? $"{w.Text}_{j.Text}"
            : null;
    }

    private static string? SignOf(MathToken t) => t.Kind switch
    {
        MathTokenKind.Symbol when t.Text is "=" or "<" or ">" => t.Text,
        MathTokenKind.Command => t.Text switch
        {
            "leq" => "<=",
            "geq" => ">=",
            "lt" => "<",
            "gt" => ">",
            "in" => "in",
            "approx" or "neq" or "ne" or "equiv" or "to" or "implies" or "Rightarrow" => t.Text,
            _ => null,
        },
        _ => null,
    };
}
