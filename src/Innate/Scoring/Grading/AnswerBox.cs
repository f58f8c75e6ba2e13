namespace Innate.Scoring.Grading;

/// <summary>Finds <c>\boxed{...}</c> and <c>\fbox{...}</c>, braces nested to any depth, in one pass over the text.</summary>
internal static class AnswerBox
{
    private static readonly string[] Names = [@"\boxed", @"\fbox"];

    /// <summary>
    /// What stands in the complete box that begins last; null where there is none. A box without braces holds what comes up to
    /// the next space or dollar sign. An empty box, or one cut off before it closes, is none.
    /// </summary>
    public static string? Last(string text) => Place(text) is { } place ? text[place] : null;

    /// <summary>Where in the text that stands.</summary>
    public static Range? Place(string text)
    {
        Range? last = null;
        int lastStart = -1;
        Stack<(int Start, bool IsBox)> open = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                string? name = Array.Find(Names, n => string.CompareOrdinal(text, i, n, 0, n.Length) == 0);
                if (name is null)
                {
                    i++; // an escaped brace is not a brace
                    continue;
                }

                int at = i + name.Length;
                while (at < text.Length && text[at] == ' ') at++;
                if (at < text.Length && text[at] == '{') open.Push((at + 1, true));
                else Keep(at, EndOfWord(text, at));
                i = at < text.Length && text[at] == '{' ? at : at - 1;
            }
            else if (text[i] == '{')
            {
                open.Push((i + 1, false));
            }
            else if (text[i] == '}' && open.TryPop(out (int Start, bool IsBox) group) && group.IsBox)
            {
                Keep(group.Start, i);
            }
        }

        return last;

        void Keep(int start, int end)
        {
            if (start < lastStart || string.IsNullOrWhiteSpace(text[start..end])) return;
            (last, lastStart) = (TextPlace.Trimmed(text, start, end), start);
        }
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] != '$') at++;
        return at;
    }
}
