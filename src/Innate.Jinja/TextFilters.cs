using System.Globalization;
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
        string? characters = arguments.Bind("trim", "chars").OptionalText(0);
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
        string indention = a.Value(0, 4L) is string text ? text : Operators.Repeat(context, " ", a.Integer(0, 4));
        string[] lines = TextMethods.Lines(ReadText(context, input, "indent") + "\n");
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

    public static object? Title(RenderContext context, object? input, Arguments arguments)
    {
        var result = new StringBuilder(Read(context, input).ToLowerInvariant());
        bool starts = true;
        for (int i = 0; i < result.Length; i++)
        {
            if (starts) result[i] = char.ToUpperInvariant(result[i]);
            starts = CodePoints.IsSpace(result[i]) || result[i] is '-' or '(' or '{' or '[' or '<';
        }

        return result.ToString();
    }

    public static object? StripTags(RenderContext context, object? input, Arguments arguments)
    {
        string text = Read(context, input);
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            int end = text[i] != '<' ? -1
                : text.AsSpan(i).StartsWith("<!--") ? text.IndexOf("-->", i, StringComparison.Ordinal) + 2
                : text.IndexOf('>', i);
            if (end > i) i = end;
            else result.Append(text[i]);
        }

        return string.Join(' ', TextMethods.Words(result.ToString(), -1));
    }

    public static object? Truncate(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        string text = Read(context, input), end = a.Text(2, "...");
        long length = a.Integer(0, 255), leeway = a.Has(3) && a.Value(3) is not null ? a.Integer(3) : 5;
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
                else result.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
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
        foreach (Rune rune in CodePoints.Runes(Read(context, input)))
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
        context.SpendText((long)text.Length * (1 + wrap.Length));
        return string.Join(
            wrap,
            TextMethods.Lines(text).SelectMany(line => WrapLine(line, (int)Math.Min(width, int.MaxValue), a.Truth(1, true))));
    }

    /// <summary>Breaks at spaces, which fall away at a break, and inside words that are longer than a line.</summary>
    private static List<string> WrapLine(string line, int width, bool breakWords)
    {
        var lines = new List<string>();
        var current = new StringBuilder();
        for (int i = 0; i < line.Length;)
        {
            int end = i;
            bool space = CodePoints.IsSpace(line[i]);
            while (end < line.Length && CodePoints.IsSpace(line[end]) == space) end++;
            string chunk = line[i..end];
            i = end;
            if (current.Length + chunk.Length > width && current.Length > 0 && (space || !breakWords || chunk.Length <= width))
            {
                Flush();
            }

            if (space && current.Length == 0 && lines.Count > 0) continue;
            while (breakWords && current.Length + chunk.Length > width)
            {
                int part = Math.Max(1, width - current.Length);
                current.Append(chunk.AsSpan(0, part));
                chunk = chunk[part..];
                Flush();
            }

            current.Append(chunk);
        }

        if (current.Length > 0 || lines.Count == 0) Flush();
        return lines;

        void Flush()
        {
            lines.Add(CodePoints.TrimEnd(current.ToString()));
            current.Clear();
        }
    }
}
