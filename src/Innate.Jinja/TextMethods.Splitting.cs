namespace Innate.Jinja;

/// <content>Texts into parts: at separators, at white space, at line ends.</content>
internal static partial class TextMethods
{
    private static PyList Split(RenderContext context, string name, string s, Arguments arguments)
    {
        BoundArguments a = arguments.Bind(name, "sep", "maxsplit");
        long limit = a.Integer(1, -1);
        int max = limit < 0 ? -1 : (int)Math.Min(limit, int.MaxValue);
        List<string> parts;
        if (a.OptionalText(0) is not { } separator)
        {
            parts = name == "split" || max < 0 ? Words(context, s, max) : LastWords(context, s, max);
        }
        else
        {
            if (separator.Length == 0) throw new TemplateFault($"{name} got an empty separator");
            parts = name == "split" || max < 0 ? SplitAt(context, s, separator, max) : SplitAtEnd(context, s, separator, max);
        }

        return new PyList(parts);
    }

    private static List<string> SplitAt(RenderContext context, string s, string separator, int max)
    {
        var parts = new List<string>();
        var search = new TextSearch(context, separator);
        int start = 0;
        while (parts.Count != max && search.IndexOf(s, start) is var i and >= 0)
        {
            context.Spend(2);
            parts.Add(s[start..i]);
            start = i + separator.Length;
        }

        parts.Add(s[start..]);
        return parts;
    }

    private static List<string> SplitAtEnd(RenderContext context, string s, string separator, int max)
    {
        var parts = new List<string>();
        int end = s.Length;
        while (parts.Count != max && TextSearch.LastIndexOf(context, s, separator, end) is var i and >= 0)
        {
            context.Spend(2);
            parts.Add(s[(i + separator.Length)..end]);
            end = i;
        }

        parts.Add(s[..end]);
        parts.Reverse();
        return parts;
    }

    /// <summary>The parts between runs of white space, at most <paramref name="max"/> splits (-1: all).</summary>
    public static List<string> Words(RenderContext context, string s, int max)
    {
        var words = new List<string>();
        int i = 0;
        while (true)
        {
            while (i < s.Length && CodePoints.IsSpace(s[i])) i++;
            if (i == s.Length) return words;
            context.Spend(2);
            if (words.Count == max)
            {
                words.Add(s[i..]);
                return words;
            }

            int start = i;
            while (i < s.Length && !CodePoints.IsSpace(s[i])) i++;
            words.Add(s[start..i]);
        }
    }

    private static List<string> LastWords(RenderContext context, string s, int max) =>
        [.. Words(context, CodePoints.Reverse(s), max).Select(CodePoints.Reverse).Reverse()];

    /// <summary>The lines without their ends; Python's set of line ends.</summary>
    public static string[] Lines(RenderContext context, string s) => [.. SplitLines(context, s, false)];

    private static List<string> SplitLines(RenderContext context, string s, bool keepEnds)
    {
        var lines = new List<string>();
        int start = 0;
        for (int i = 0; i < s.Length; i++)
        {
            if (s[i] is not ('\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029'))
            {
                continue;
            }

            context.Spend(2);
            int end = i;
            if (s[i] == '\r' && i + 1 < s.Length && s[i + 1] == '\n') i++;
            lines.Add(s[start..(keepEnds ? i + 1 : end)]);
            start = i + 1;
        }

        if (start < s.Length) lines.Add(s[start..]);
        return lines;
    }
}
