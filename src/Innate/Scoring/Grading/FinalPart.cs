namespace Innate.Scoring.Grading;

/// <summary>
/// The part of a response that is said to the user: what follows its thoughts. Who guesses while thinking has not answered.
/// </summary>
internal static class FinalPart
{
    private static readonly string[] Names = ["think", "thinking", "thought", "thoughts", "reasoning", "reflection",
        "scratchpad"];

    private static readonly (string Open, string Close)[] Marks =
    [
        ("[THINK]", "[/THINK]"), ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"),
        ("<seed:think>", "</seed:think>"), ("<|channel|>analysis", "<|channel|>final<|message|>"),
    ];

    /// <summary>
    /// What follows the end of the last thought; the whole text where there is no thought. Null where a thought begins and does
    /// not
    /// end. An end without a beginning counts: many templates write the beginning into the prompt.
    /// </summary>
    public static string? Of(string response)
    {
        int from = 0, open = -1;
        for (int i = 0; i < response.Length; i++)
        {
            (int length, bool isEnd) = MarkAt(response, i);
            if (length == 0) continue;
            (from, open) = isEnd ? (i + length, -1) : (from, i);
            i += length - 1;
        }

        return open >= 0 ? null : response[from..];
    }

    /// <summary>What stands in the last &lt;answer&gt;...&lt;/answer&gt;.</summary>
    /// <returns>Its place, null without such a tag; and whether a tag begins after it that is cut off.</returns>
    public static (Range? Place, bool IsCutOff) Tagged(string text)
    {
        int open = text.LastIndexOf("<answer>", StringComparison.OrdinalIgnoreCase);
        if (open < 0) return (null, false);
        int start = open + "<answer>".Length, end = text.IndexOf("</answer>", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? (null, true) : (TextPlace.Trimmed(text, start, end), false);
    }

    private static (int Length, bool IsEnd) MarkAt(string text, int at)
    {
        if (text[at] is not ('<' or '[' or '◁')) return (0, false);
        foreach ((string open, string close) in Marks)
        {
            if (Starts(text, at, open)) return (open.Length, false);
            if (Starts(text, at, close)) return (close.Length, true);
        }

        if (text[at] != '<') return (0, false);
        bool isEnd = at + 1 < text.Length && text[at + 1] == '/';
        int name = at + (isEnd ? 2 : 1), end = name;
        while (end < text.Length && end - name < 12 && char.IsAsciiLetter(text[end])) end++;
        int close2 = end;
        while (close2 < text.Length && close2 - end < 8 && text[close2] == ' ') close2++;
        return close2 < text.Length && text[close2] == '>'
            && Names.Any(n => n.Length == end - name
                && string.Compare(text, name, n, 0, n.Length, StringComparison.OrdinalIgnoreCase) == 0)
            ? (close2 + 1 - at, isEnd)
            : (0, false);
    }

    private static bool Starts(string text, int at, string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;
}
