namespace Innate.Scoring.Grading;

/// <summary>
/// Reads an answer's tokens as a value: a number, a formula, a set, a tuple, an interval, a matrix, an equation, a
/// list.
/// </summary>
/// <param name="budget">What the answer may cost.</param>
internal sealed class AnswerReader(WorkBudget budget)
{
    // Brackets nested deeper are compared as they are written.
    private const int MaxDepth = 8;

    private static readonly HashSet<string> Matrices = new(StringComparer.Ordinal)
    {
        "matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "vmatrix",
    };

    private static readonly HashSet<string> ListWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "和", "或", "与", "及", "或者", "以及",
    };

    /// <summary>The value; null where the tokens are a text.</summary>
    public AnswerValue? Read(ReadOnlySpan<MathToken> tokens, int depth)
    {
        tokens = AnswerTokens.Trimmed(tokens);
        if (depth > MaxDepth || tokens.Length == 0 || !budget.Spend(tokens.Length)) return null;
        if (tokens is [{ } only] && only.IsCommand("emptyset")) return new AnswerValue("{}");
        if (tokens[0].IsCommand("begin")) return Matrix(tokens, depth);
        List<MathToken[]> union = AnswerTokens.Split(tokens, t => t.IsCommand("cup"));
        if (union.Count > 1) return Keys(union, depth) is { } keys ? new AnswerValue("u" + Unordered(keys)) : null;
        if (Brackets(tokens, depth, out AnswerValue? inBrackets)) return inBrackets;
        List<MathToken[]> list = AnswerTokens.Split(tokens, IsListSeparator);
        list.RemoveAll(p => p.Length == 0);
        if (list.Count > 1) return List(list, depth);
        return Relations.Read(tokens, this, budget, depth) is { } relation ? (relation.Key.Length > 0 ? relation : null)
            : Number(tokens);
    }

    /// <summary>A formula, maybe with its unit; ± makes it two.</summary>
    public AnswerValue? Number(ReadOnlySpan<MathToken> tokens)
    {
        tokens = AnswerTokens.Trimmed(tokens);
        string unit = "";
        for (int i = 0; i < 2 && tokens.Length > 1; i++)
        {
            if (AnswerUnits.Currency(tokens[i]) is not { } currency || (i == 1 && !tokens[0].Is("-"))) continue;
            unit = currency;
            tokens = i == 0 ? tokens[1..] : (MathToken[])[tokens[0], .. tokens[2..]];
            break;
        }

        if (Ratio(tokens) is { } ratio) return ratio;
        if (Percentage(tokens) is { } percentage) return percentage;
        if (WithUnit(tokens, unit) is { } measured) return measured;
        if (tokens.ToArray().Any(t => t.IsCommand("pm") || t.IsCommand("mp")))
        {
            return FormulaParser.Value(tokens.ToArray(), budget, 1) is { } plus
                && FormulaParser.Value(tokens.ToArray(), budget, -1) is { } minus
                ? new AnswerValue("{" + Unordered(["=" + plus.Key, "=" + minus.Key]) + "}")
                : null;
        }

        return FormulaParser.Value(tokens.ToArray(), budget) is { } value ? new AnswerValue("=" + value.Key, Unit: unit) : null;
    }

    private AnswerValue? Percentage(ReadOnlySpan<MathToken> tokens)
    {
        if (tokens.Length < 2 || !(tokens[^1].Is("%")
            || (tokens[^1].IsWord && tokens[^1].Text is "percent" or "pct"))) return null;
        return FormulaParser.Value(tokens[..^1].ToArray(), budget)?.Rational is ExactNumber bare
            ? new AnswerValue($"={bare * ExactNumber.Of(1, 100)}", $"={bare}")
            : null;
    }

    private AnswerValue? WithUnit(ReadOnlySpan<MathToken> tokens, string currency)
    {
        int end = Degrees(tokens);
        if (end > 0 && FormulaParser.Value(tokens[..end].ToArray(), budget) is { IsConstant: true } angle)
        {
            string kind = tokens[^1] is { IsLetter: true } scale ? scale.Text : "deg";
            return new AnswerValue("=" + angle.Key, Unit: kind);
        }

        for (int i = 1; i < tokens.Length; i++)
        {
            if (tokens[i].Is("{") || tokens[i].Is("^") || !(tokens[i].IsWord || tokens[i].IsLetter || tokens[i].Is("/")
                || tokens[i].Is("€") || tokens[i].Is("£") || tokens[i].Is("¥"))) continue;
            int? zeros = AnswerUnits.Magnitude(tokens[i]);
            int from = zeros is null && !tokens[i].Is("/") ? i : i + 1;
            string? unit = from == tokens.Length ? (zeros is null ? null : "") : AnswerUnits.Read(tokens[from..]);
            if (unit is null || FormulaParser.Value(tokens[..i].ToArray(), budget) is not { IsConstant: true } number) continue;
            ExactNumber scale = new(System.Numerics.BigInteger.Pow(10, zeros ?? 0), 1);
            AlgebraicValue? value = number.Times(AlgebraicValue.Of(scale), budget);
            return value is null ? null : new AnswerValue("=" + value.Key, Unit: unit.Length > 0 ? unit : currency);
        }

        return null;
    }

    // Where ^\circ, ^{\circ} or ° begins at the end of the tokens, maybe with C or F after it; -1: nowhere.
    private static int Degrees(ReadOnlySpan<MathToken> tokens)
    {
        if (tokens.Length > 2 && tokens[^1] is { IsLetter: true, Text: "C" or "F" }) tokens = tokens[..^1];
        int end = tokens.Length;
        bool isBraced = end > 3 && tokens[^1].Is("}") && tokens[^3].Is("{");
        int sign = isBraced ? end - 2 : end - 1;
        if (sign < 1 || !tokens[sign].IsCommand("circ")) return -1;
        int start = isBraced ? sign - 1 : sign;
        return start > 1 && tokens[start - 1].Is("^") ? start - 1 : isBraced ? -1 : start;
    }

    // 3:4, and 10:30 too: two numbers that are not divided.
    private AnswerValue? Ratio(ReadOnlySpan<MathToken> tokens)
    {
        List<MathToken[]> parts = AnswerTokens.Split(tokens, t => t.Is(":"));
        if (parts.Count < 2) return null;
        string[] keys = new string[parts.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            if (FormulaParser.Value(parts[i], budget) is not { } part) return null;
            keys[i] = part.Key;
        }

        return new AnswerValue("r" + string.Join(':', keys));
    }

    private bool Brackets(ReadOnlySpan<MathToken> tokens, int depth, out AnswerValue? value)
    {
        value = null;
        if (AnswerTokens.Level(tokens[0]) != 1 || AnswerTokens.Close(tokens, 0) != tokens.Length - 1) return false;
        string open = tokens[0].Text, close = tokens[^1].Text;
        MathToken[] inside = AnswerTokens.Ungrouped(tokens[1..^1]);
        List<MathToken[]> parts = AnswerTokens.Split(inside, t => t.Is(",") || t.Is(";"));
        if (open == @"\{" && close == @"\}")
        {
            parts.RemoveAll(p => p.Length == 0);
            if (Keys(parts, depth) is { } members) value = new AnswerValue("{" + Unordered(members) + "}");
            return true;
        }

        bool isRound = open == "(" && close == ")";
        if (parts.Count == 1 && isRound)
        {
            value = Read(parts[0], depth + 1);
            return true;
        }

        if (!isRound && !(open is "(" or "[" && close is ")" or "]") && open != "langle") return false;
        if (parts.Any(p => p.Length == 0)) return true;
        if (Keys(parts, depth) is { } keys) value = new AnswerValue($"{open}{string.Join(';', keys)}{close}");
        return true;
    }

    // Rows between \\, cells between &; the brackets around it say nothing, but those of a determinant do.
    private AnswerValue? Matrix(ReadOnlySpan<MathToken> tokens, int depth)
    {
        int end = AnswerTokens.Close(tokens, 0);
        if (Environment(tokens, 0) is not var (name, from)) return null;
        if (end < 0 || Environment(tokens, end) is not var (_, after) || after != tokens.Length) return null;
        if (name == "array" && from < tokens.Length && tokens[from].Is("{")) from = AnswerTokens.Close(tokens, from) + 1;
        if (from > end || !Matrices.Contains(name)) return null;
        List<string> rows = [];
        foreach (MathToken[] row in AnswerTokens.Split(tokens[from..end], t => t.Is(@"\\")))
        {
            MathToken[] cells = [.. row.Where(t => !t.IsCommand("hline"))];
            if (cells.Length == 0) continue;
            if (Keys(AnswerTokens.Split(cells, t => t.Is("&")), depth) is not { } keys) return null;
            rows.Add(string.Join(';', keys));
        }

        return rows.Count == 0 ? null : new AnswerValue($"{(name == "vmatrix" ? "d" : "m")}[{string.Join('|', rows)}]");
    }

    // \begin{name} or \end{name} at a place: the name, and where it ends.
    private static (string Name, int After)? Environment(ReadOnlySpan<MathToken> tokens, int at) =>
        at + 3 < tokens.Length && tokens[at + 1].Is("{") && tokens[at + 3].Is("}") ? (tokens[at + 2].Text, at + 4) : null;

    // 1, 2 and 3; x = 1, y = 2. A list without brackets has no order.
    private AnswerValue? List(List<MathToken[]> parts, int depth)
    {
        AnswerValue?[] values = [.. parts.Select(p => Read(p, depth + 1))];
        if (values.Any(v => v is null || v.Key[0] is not ('=' or '(' or '[' or 'q' or 'm' or '{'))) return null;
        string[] names = [.. values.Select(v => v!.Name).Where(n => n.Length > 0).Distinct()];
        bool isNamed = names.Length > 1;
        if (isNamed && values.Any(v => v!.Name.Length == 0)) return null;
        return new AnswerValue(
            "{" + Unordered(values.Select(v => isNamed ? $"{v!.Name}{v.Key}" : v!.Key)) + "}",
            Unit: values.Select(v => v!.Unit).Distinct().Count() == 1 ? values[0]!.Unit : "",
            Name: names.Length == 1 ? names[0] : "");
    }

    private List<string>? Keys(List<MathToken[]> parts, int depth)
    {
        List<string> keys = [];
        foreach (MathToken[] part in parts)
        {
            // A member that is a word is what it says; one that is cut off is nothing.
            if (part.Length == 0) return null;
            string key = Read(part, depth + 1)?.Key ?? "~" + AnswerTokens.TextKey(AnswerTokens.Trimmed(part));
            keys.Add(key);
        }

        return keys;
    }

    private static string Unordered(IEnumerable<string> keys) =>
        string.Join(';', keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static bool IsListSeparator(MathToken t) =>
        t.Is(",") || t.Is(";") || t.Is("、") || (t.IsWord && ListWords.Contains(t.Text));
}
