namespace Innate.Scoring.Grading;

/// <summary>Finds "the answer is ...", "Answer: ...", "#### ..." and 答案是 in one pass over the text.</summary>
internal static class AnswerPhrase
{
    private static readonly string[] ChineseStarts = ["答案", "答"];
    private static readonly string[] ChineseVerbs = ["应该是", "应当是", "应为", "就是", "是", "为"];
    private static readonly string[] EnglishReasons = ["because", "since", "as", "which", "so"];
    private static readonly string[] ChineseReasons = ["因为", "由于", "所以", "因此", "其中", "也就是", "即", "故"];

    /// <summary>
    /// What follows the last such phrase, up to the end of its sentence or to where a reason begins; null:
    /// none.
    /// </summary>
    public static string? Last(string text) => Place(text) is { } place ? text[place] : null;

    /// <summary>Where in the text that stands.</summary>
    public static Range? Place(string text)
    {
        int start = -1;
        for (int i = 0; i < text.Length; i++)
        {
            int end = text[i] switch
            {
                '#' when Starts(text, i, "####") => i + 4,
                'a' or 'A' => English(text, i),
                '答' => Chinese(text, i),
                _ => -1,
            };
            if (end < 0) continue;
            start = end;
            i = Math.Max(i, end - 1);
        }

        if (start < 0) return null;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] == '*')) start++;
        (int from, int to) = Displayed(text, start) ?? (start, End(text, start));
        while (to > from && text[to - 1] is ' ' or '\t' or '\r' or '\n' or '*') to--;
        while (to > from && text[from] is ' ' or '\t' or '\r' or '\n' or '*') from++;
        while (to > from && text[to - 1] is '.' or '\u3002') to--;
        return to > from ? from..to : null;
    }

    // "answer" as a word, then bold marks, "is" or a colon; the place after it, or -1.
    private static int English(string text, int at)
    {
        const string Word = "answer";
        if (string.Compare(text, at, Word, 0, Word.Length, StringComparison.OrdinalIgnoreCase) != 0) return -1;
        if (at > 0 && IsWord(text[at - 1])) return -1;
        int i = at + Word.Length;
        if (i < text.Length && IsWord(text[i])) return -1;
        while (i < text.Length && text[i] == '*') i++;
        i = SkipSpace(text, i);
        if (i < text.Length && text[i] is ':' or '：') return i + 1;
        if (!(i + 2 <= text.Length && text.AsSpan(i, 2).Equals("is", StringComparison.OrdinalIgnoreCase))
            || (i + 2 < text.Length && IsWord(text[i + 2]))) return -1;
        int colon = SkipSpace(text, i + 2);
        return colon < text.Length && text[colon] is ':' or '：' ? colon + 1 : i + 2;
    }

    // 答案是, 答案：, 答：, 答案应为.
    private static int Chinese(string text, int at)
    {
        string start = ChineseStarts.First(s => Starts(text, at, s));
        int i = at + start.Length;
        while (i < text.Length && text[i] == '*') i++;
        string? verb = start == "答" ? null : Array.Find(ChineseVerbs, v => Starts(text, i, v));
        i = SkipSpace(text, i + (verb?.Length ?? 0));
        if (i < text.Length && text[i] is ':' or '：') return i + 1;
        return verb is null ? -1 : i;
    }

    // A formula set on lines of its own: $$ ... $$ or \[ ... \].
    private static (int From, int To)? Displayed(string text, int start)
    {
        foreach ((string open, string close) in ((string, string)[])[("$$", "$$"), (@"\[", @"\]")])
        {
            if (!Starts(text, start, open)) continue;
            int end = text.IndexOf(close, start + 2, StringComparison.Ordinal);
            return end < 0 ? null : (start + 2, end);
        }

        return null;
    }

    private static int End(string text, int start)
    {
        int level = 0;
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '{') level++;
            else if (c == '}') level--;
            else if (c is '\n' && level <= 0) return i;
            else if (c is '\u3002' or '！' or '？') return i;
            else if (c == '.' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) || text[i + 1] == '*')) return i;
            else if (c is '，' or '；' or ',' or '（' && ChineseReasons.Any(r => Starts(text, i + 1, r))) return i;
            else if (char.IsWhiteSpace(c) && IsReason(text, i)) return i > start && text[i - 1] == ',' ? i - 1 : i;
        }

        return text.Length;
    }

    private static bool IsReason(string text, int space)
    {
        int from = SkipSpace(text, space), end = from;
        while (end < text.Length && end - from < 8 && IsWord(text[end])) end++;
        return EnglishReasons.Any(r => text.AsSpan(from, end - from).Equals(r, StringComparison.OrdinalIgnoreCase));
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool Starts(string text, int at, string part) => string.CompareOrdinal(text, at, part, 0, part.Length) == 0;
}
