namespace Innate.Scoring.Grading;

/// <summary>
/// The last number of a text without box or phrase, with the whole formula that it stands in: never 4 out of \frac{3}{4}. What
/// cannot be read as a whole is no answer, and neither is a calculation that is left undone: 217 + 58.
/// </summary>
internal static class LastFormula
{
    private static readonly HashSet<string> Signs = new(StringComparer.Ordinal)
    {
        "+", "-", "/", "^", "_", "=", "<", ">", "(", ")", "[", "]", "{", "}", "%", "&", @"\{", @"\}", @"\\", "€", "£", "¥",
    };

    /// <summary>The formula as it was written; null: none.</summary>
    public static string? Find(string text) => Place(text) is { } place ? text[place] : null;

    /// <summary>Where in the text it stands.</summary>
    public static Range? Place(string text)
    {
        List<MathToken> all = MathLexer.Read(text, inProse: true);
        int last = all.FindLastIndex(t => t.IsNumber || t.IsCommand("pi") || t.IsCommand("infty"));
        if (last < 0) return null;
        (int from, int to) = Around(all, last);
        bool isBehindWord = from > 0 && all[from].Is("-") && !all[from].IsSpaced
            && (all[from - 1].IsWord || all[from - 1].IsLetter);
        if (isBehindWord) from++;
        ReadOnlySpan<MathToken> run = Balanced(all.GetRange(from, to - from).ToArray());

        // After the last sign of equality stands the result; a variable may stand there too.
        List<MathToken[]> sides = AnswerTokens.Split(run, t => t.Is("=") || t.IsCommand("approx"));
        if (sides.Count > 1)
        {
            ReadOnlySpan<MathToken> result = Balanced(sides[^1]);
            if (!HasNumber(result)) result = result.Length == 1 ? Balanced(sides[^2]) : default;
            run = result;
        }

        if (run.Length == 0 || run[0].Is("^") || run[0].Is("_") || !HasNumber(run)) return null;
        Range formula = Closed(text, run[0].Start, run[^1].End);
        AnswerForm form = AnswerForm.Of(text[formula]);
        return form.IsValue && !(IsUndone(run) && IsRational(form.Key)) ? formula : null;
    }

    // From the last number to both sides, as far as signs and values of a formula stand there: first to the right, for what
    // closes there opens on the left.
    private static (int From, int To) Around(List<MathToken> all, int at)
    {
        int from = at, to = at + 1;
        Nesting nesting = default;
        while (to < all.Count && Joins(all, to - 1, nesting) && IsPart(all, to, nesting)) nesting = nesting.Right(all[to++]);
        nesting = nesting.Turned();
        while (from > 0 && Joins(all, from - 1, nesting)) nesting = nesting.Left(all[--from]);
        return (from, to);
    }

    // How deep in braces and matrices, and how deep in round and square brackets, a place of the run is.
    private readonly record struct Nesting(int Braces, int Rounds, int LeastBraces, int LeastRounds)
    {
        public bool IsInBraces => Braces > 0;

        public bool IsInRounds => Rounds > 0;

        public Nesting Right(MathToken t) => Moved(AnswerTokens.Level(t), IsRound(t));

        public Nesting Left(MathToken t) => Moved(-AnswerTokens.Level(t), IsRound(t));

        // Seen from the left end of the run: what has been closed there and not opened.
        public Nesting Turned() => new(-LeastBraces, -LeastRounds, 0, 0);

        private Nesting Moved(int level, bool isRound)
        {
            int braces = Braces + (isRound ? 0 : level), rounds = Rounds + (isRound ? level : 0);
            return new Nesting(braces, rounds, Math.Min(LeastBraces, braces), Math.Min(LeastRounds, rounds));
        }
    }

    // Whether a token and the one after it stand in one formula.
    private static bool Joins(List<MathToken> all, int at, Nesting nesting)
    {
        bool isInside = nesting.IsInBraces || nesting.IsInRounds;
        MathToken left = all[at];
        if (at + 1 >= all.Count) return false;
        MathToken right = all[at + 1];
        if (right.IsNewLine && !nesting.IsInBraces) return false;

        // (A) 12: a mark of a list before a number.
        if (left.Is(")") && right.IsNumber && right.IsSpaced) return false;
        if ((left.Is(",") || left.Is(";") || left.Is(":")) && !isInside)
        {
            bool isSentence = left.Is(":") && right.IsSpaced;
            return !isSentence && at > 0 && EndsValue(all[at - 1]) && BeginsValue(right);
        }

        return IsPart(all, at, nesting);
    }

    private static bool IsPart(List<MathToken> all, int at, Nesting nesting)
    {
        bool isInside = nesting.IsInBraces;
        MathToken t = all[at];
        MathToken? before = at > 0 ? all[at - 1] : null, after = at + 1 < all.Count ? all[at + 1] : null;
        switch (t.Kind)
        {
            case MathTokenKind.Number:
                return true;
            case MathTokenKind.Command:
                return t.Text is not ("item" or "section" or "ldots" or "dots" or "cdots");
            case MathTokenKind.Letter:
                if (t.Text is "x" or "X" && before is { IsNumber: true } && after is { IsNumber: true }) return true;
                return isInside || nesting.IsInRounds || t.IsText
                    || (before is not null && !t.IsSpaced && !before.IsWord && EndsValue(before))
                        || IsOperator(before, t.IsSpaced)
                    || (after is not null && IsOperator(after, isSpaced: false)
                        && !(after.Is("-") && t.Text is "a" or "A" or "I"));
            case MathTokenKind.Word:
                // A unit after a number; what is written against a number or a power belongs to it, whatever it says.
                return t.IsText || isInside || (before is not null && before.Is("{"))
                    || (before is { IsNumber: true } && (!t.IsSpaced || (AnswerUnits.IsKnown(t.Text) && t.Text != "in"))
                        && char.IsAscii(t.Text[0]))
                    || (after is not null && after.Is("^"))
                        || (before is not null && before.Is("/") && AnswerUnits.IsKnown(t.Text));
            default:
                if (t.Text is "," or ";" or ":") return isInside || nesting.IsInRounds
                    || (before is not null && EndsValue(before) && after is not null && BeginsValue(after));
                if (t.Text == "!") return before is { IsNumber: true } && !t.IsSpaced;
                if (t.Text == ".") return isInside || (after is { IsNumber: true, IsSpaced: false } && !t.IsSpaced);
                if (t.Text == "|") return !t.IsSpaced && after is { IsSpaced: false } or null;
                if (t.Text == "(" && after is { IsWord: true, IsText: false }) return false;
                return Signs.Contains(t.Text);
        }
    }

    private static bool IsOperator(MathToken? t, bool isSpaced) => t is not null
        && (t.Is("=") || t.Is("+") || t.Is("^") || t.Is("_") || t.Is("/") || t.Is("<") || t.Is(">") || (t.Is("-") && !isSpaced)
            || t.IsCommand("times") || t.IsCommand("cdot") || t.IsCommand("leq") || t.IsCommand("geq"));

    private static bool EndsValue(MathToken t) =>
        t.IsNumber || t.Is(")") || t.Is("]") || t.Is("}") || t.Is(@"\}") || t.Is("%")
            || (t.Kind == MathTokenKind.Command && FormulaNames.IsValue(t.Text));

    private static bool BeginsValue(MathToken t) =>
        t.IsNumber || t.Is("-") || t.Is("(") || t.Is("[") || t.Is(@"\{")
            || (t.Kind == MathTokenKind.Command && FormulaNames.IsValue(t.Text));

    // Without signs that hang at the ends and brackets that have no other.
    private static ReadOnlySpan<MathToken> Balanced(ReadOnlySpan<MathToken> run)
    {
        while (run.Length > 0)
        {
            MathToken first = run[0], last = run[^1];
            if (IsHanging(last) || (AnswerTokens.Level(last) < 0 && Unopened(run) >= 0 && IsRound(last))) run = run[..^1];
            else if (IsLoose(first, run) || (AnswerTokens.Level(first) > 0 && IsRound(first)
                && AnswerTokens.Close(run, 0) < 0)) run = run[1..];
            else break;
        }

        return run;
    }

    private static bool IsRound(MathToken t) => t.Is("(") || t.Is(")") || t.Is("[") || t.Is("]");

    private static bool IsHanging(MathToken t) => AnswerTokens.Level(t) > 0 || t.Is("+") || t.Is("-") || t.Is("/") || t.Is(",")
        || t.Is(";")
        || t.Is(":") || t.Is(".") || t.Is("&") || t.IsCommand("times") || t.IsCommand("cdot") || t.IsCommand("div");

    // A dash with a space after it, or right behind a word, is no minus.
    private static bool IsLoose(MathToken t, ReadOnlySpan<MathToken> run) =>
        t.Is(",") || t.Is(";") || t.Is(":") || t.Is("+") || t.Is("&") || t.Is("/") || t.IsCommand("times") || t.IsCommand("cdot")
        || AnswerTokens.Level(t) < 0 || (t.Is("-") && (run.Length == 1 || run[1].IsSpaced || run[1].Is("-")));

    private static int Unopened(ReadOnlySpan<MathToken> run)
    {
        int level = 0;
        for (int i = 0; i < run.Length; i++)
        {
            level += AnswerTokens.Level(run[i]);
            if (level < 0) return i;
        }

        return -1;
    }

    private static bool HasNumber(ReadOnlySpan<MathToken> run)
    {
        foreach (MathToken t in run)
        {
            if (t.IsNumber || t.IsCommand("pi") || t.IsCommand("infty")) return true;
        }

        return false;
    }

    // A sum, a difference, or a product of plain numbers at the top: 217 + 58, 12 * 3; not 2.5 \times 10^3 and not -7.
    private static bool IsUndone(ReadOnlySpan<MathToken> run)
    {
        int level = 0;
        bool hasPower = false;
        foreach (MathToken t in run) hasPower |= t.Is("^");
        for (int i = 0; i < run.Length; i++)
        {
            level += AnswerTokens.Level(run[i]);
            if (level != 0 || i == 0) continue;
            if ((run[i].Is("+") || run[i].Is("-")) && !run[i - 1].Is("^")) return true;
            if (!hasPower && (run[i].IsCommand("times") || run[i].IsCommand("cdot") || run[i].IsCommand("div")
                || run[i].IsLetter)) return true;
        }

        return false;
    }

    private static bool IsRational(string key) => key[0] == '=' && key.Skip(1).All(c => char.IsAsciiDigit(c) || c is '-' or '/');

    // The braces of \text{...} are no tokens: the one that closes it is taken along.
    private static Range Closed(string text, int start, int end)
    {
        int open = 0;
        for (int i = start; i < end; i++) open += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
        for (int i = end; open > 0 && i < text.Length && text[i] is '}' or ' '; i++)
        {
            if (text[i] != '}') continue;
            open--;
            end = i + 1;
        }

        if (start >= 5 && string.CompareOrdinal(text, start - 5, @"\left", 0, 5) == 0) start -= 5;
        return start..end;
    }
}
