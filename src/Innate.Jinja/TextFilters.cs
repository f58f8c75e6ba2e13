using System.Text;

namespace Innate.Jinja;

/// <summary>Filters of texts that are not simply methods of texts.</summary>
internal static class TextFilters
{
    private static string Read(RenderContext context, object? input)
    {
        string text = Python.Str(context, input);
        context.SpendText(text.Length);
        return text;
    }

    /// <summary>The input of the filters that take nothing but a text.</summary>
    private static string ReadText(RenderContext context, object? input, string filter)
    {
        if (input is Undefined u) throw u.Fault();
        return input is string
            ? Read(context, input)
            : throw new TemplateFault($"{filter} expects a text and got {Python.TypeName(input)}");
    }

    public static object? Escape(RenderContext context, object? input, Arguments arguments)
    {
        string text = Read(context, input);
        context.SpendText(6L * text.Length);
        return text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
            .Replace("\"", "&#34;", StringComparison.Ordinal);
    }

    public static object? Trim(RenderContext context, object? input, Arguments arguments)
    {
        string text = Read(context, input);
        HashSet<int>? characters = CodePoints.Set(context, arguments.Bind("trim", "chars").OptionalText(0));
        return CodePoints.TrimEnd(CodePoints.TrimStart(text, characters), characters);
    }

    public static object? Center(RenderContext context, object? input, Arguments arguments)
    {
        long width = arguments.Bind("center", "width").Integer(0, 80);
        return TextMethods.Invoke(context, "center", Python.Str(context, input), Arguments.Of(width));
    }

    public static object? Replace(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("replace", "old", "new", "count");
        string from = Python.Str(context, a.Required(0)), to = Python.Str(context, a.Required(1));
        long count = a.Value(2) is null ? -1 : a.Integer(2);
        return TextMethods.Replace(context, Python.Str(context, input), from, to, count);
    }

    public static object? Indent(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("indent", "width", "first", "blank");
        string indention = a.Value(0, 4L) is string given ? given : Operators.Repeat(context, " ", a.Integer(0, 4));
        string text = ReadText(context, input, "indent");
        context.SpendText(2L * text.Length);
        string[] lines = TextMethods.Lines(context, text + "\n");
        context.SpendText((long)lines.Length * indention.Length);
        bool blank = a.Truth(2);
        var result = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0) result.Append('\n');
            bool indents = i == 0 ? a.Truth(1) : blank || lines[i].Length > 0;
            if (indents) result.Append(indention);
            result.Append(lines[i]);
        }

        return result.ToString();
    }

    /// <summary>
    /// As Jinja2 has it: the first character after white space or an opening bracket in capitals, the others not.
    /// </summary>
    public static object? Title(RenderContext context, object? input, Arguments arguments)
    {
        string text = Read(context, input);
        LetterCase.Spend(context, text);
        var result = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            while (i < text.Length && SplitsWords(text[i])) i++;
            result.Append(text, start, i - start);
            if (i == text.Length) break;
            start = i;
            int first = CodePoints.Width(text, i);
            while (i < text.Length && !SplitsWords(text[i])) i++;
            result.Append(LetterCase.Upper(text.Substring(start, first)));
            result.Append(LetterCase.Lower(text[(start + first)..i]));
        }

        return result.ToString();
    }

    private static bool SplitsWords(char c) => CodePoints.IsSpace(c) || c is '-' or '(' or '{' or '[' or '<';

    /// <summary>Comments first, then tags; what is opened and never closed stays.</summary>
    public static object? StripTags(RenderContext context, object? input, Arguments arguments)
    {
        string text = Read(context, input);
        context.SpendText(text.Length);
        text = WithoutTags(WithoutComments(text));
        return string.Join(' ', TextMethods.Words(context, text, -1));
    }

    private static string WithoutComments(string text)
    {
        const string opening = "<!--";
        if (!text.Contains(opening, StringComparison.Ordinal)) return text;
        // What stands before a comment and what stands after it may make another, so openings are looked for in what is kept.
        var kept = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            kept.Append(text[i]);
            if (text[i] != '-' || !EndsWith(kept, opening)) continue;
            // The two dashes of the opening may be those of the closing.
            int dashes = text.AsSpan(i + 1).StartsWith(">") ? i + 1
                : text.AsSpan(i + 1).StartsWith("->") ? i + 2
                : text.IndexOf("-->", i + 1, StringComparison.Ordinal) is var closing and >= 0 ? closing + 2
                : -1;
            if (dashes < 0) return kept.Append(text, i + 1, text.Length - i - 1).ToString();
            kept.Length -= opening.Length;
            i = dashes;
        }

        return kept.ToString();
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        if (text.Length < end.Length) return false;
        for (int i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i]) return false;
        }

        return true;
    }

    private static string WithoutTags(string text)
    {
        var kept = new StringBuilder();
        int at = 0;
        while (text.IndexOf('<', at) is var start and >= 0 && text.IndexOf('>', start) is var end and >= 0)
        {
            kept.Append(text, at, start - at);
            at = end + 1;
        }

        return kept.Append(text, at, text.Length - at).ToString();
    }

    public static object? Truncate(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        string text = Read(context, input), end = a.Text(2, "...");
        // Clamped, so that their sum is a number too.
        long length = Math.Min(a.Integer(0, 255), int.MaxValue);
        long leeway = a.Has(3) && a.Value(3) is not null ? Math.Min(a.Integer(3), int.MaxValue) : 5;
        int endLength = CodePoints.Count(end);
        if (length < endLength) throw new TemplateFault($"truncate expects a length of at least {endLength} and got {length}");
        if (leeway < 0) throw new TemplateFault($"truncate expects a leeway of at least 0 and got {leeway}");
        if (CodePoints.Count(text) <= length + leeway) return text;
        string cut = text[..CodePoints.ToUnits(text, (int)(length - endLength))];
        if (a.Truth(1)) return cut + end;
        int space = cut.LastIndexOf(' ');
        return (space < 0 ? cut : cut[..space]) + end;
    }

    public static object? UrlEncode(RenderContext context, object? input, Arguments arguments)
    {
        string Quote(object? part, bool query)
        {
            string text = Read(context, part);
            context.SpendText(9L * text.Length);
            var result = new StringBuilder();
            foreach (byte b in Encoding.UTF8.GetBytes(text))
            {
                char c = (char)b;
                if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !query)) result.Append(c);
                else if (c == ' ' && query) result.Append('+');
                else result.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
            }

            return result.ToString();
        }

        if (input is string || !Python.IsIterable(input)) return Quote(input, false);
        IReadOnlyList<object?> pairs = input is PyDict dict
            ? CollectionMethods.Pairs(context, dict)
            : Python.Items(context, input);
        return string.Join('&', pairs.Select(pair => Python.Items(context, pair) is [var key, var value]
            ? $"{Quote(key, true)}={Quote(value, true)}"
            : throw new TemplateFault("urlencode expects pairs of key and value")));
    }

    public static object? WordCount(RenderContext context, object? input, Arguments arguments)
    {
        long count = 0;
        bool inWord = false;
        string text = Read(context, input);
        context.Spend(text.Length / 8);
        foreach (Rune rune in CodePoints.Runes(text))
        {
            bool isWord = Rune.IsLetterOrDigit(rune) || rune.Value == '_';
            if (isWord && !inWord) count++;
            inWord = isWord;
        }

        return count;
    }

    public static object? WordWrap(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
        string text = ReadText(context, input, "wordwrap"), wrap = a.OptionalText(2) ?? "\n";
        long width = a.Integer(0, 79);
        if (width <= 0) throw new TemplateFault($"wordwrap expects a positive width and got {width}");
        bool breakWords = a.Truth(1, true);
        var wrapped = new StringBuilder();
        string[] lines = TextMethods.Lines(context, text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0) Append(context, wrapped, wrap);
            WrapLine(context, wrapped, lines[i], (int)Math.Min(width, int.MaxValue), breakWords, wrap);
        }

        return wrapped.ToString();
    }

    /// <summary>Breaks at spaces, which fall away at a break, and inside words that are longer than a line.</summary>
    private static void WrapLine(
        RenderContext context, StringBuilder result, string line, int width, bool breakWords, string wrap)
    {
        // A line of the result is line[start..end]: chunks are skipped or kept, never moved.
        int start = 0, end = 0, written = 0;
        for (int i = 0; i < line.Length;)
        {
            int at = i;
            bool space = CodePoints.IsSpace(line[i]);
            while (i < line.Length && CodePoints.IsSpace(line[i]) == space) i++;
            if (end - start + (i - at) > width && end > start && (space || !breakWords || i - at <= width)) Flush(at);
            if (space && end == start && written > 0)
            {
                start = end = i;
                continue;
            }

            while (breakWords && i - start > width)
            {
                int cut = start + width;
                if (end < cut) end = cut;
                at = end;
                Flush(at);
            }

            end = i;
        }

        if (end > start || written == 0) Flush(end);

        void Flush(int next)
        {
            if (written++ > 0) Append(context, result, wrap);
            Append(context, result, CodePoints.TrimEnd(line[start..end]));
            start = end = next;
        }
    }

    private static void Append(RenderContext context, StringBuilder result, string text)
    {
        context.Spend(2 + text.Length / Limits.CharactersPerStep);
        RenderContext.CheckText((long)result.Length + text.Length);
        result.Append(text);
    }
}
