using System.Text;

namespace Innate.Jinja;

/// <summary>The methods of texts. Positions and widths count code points.</summary>
internal static partial class TextMethods
{
    public static Callable? Find(string text, string name) =>
        IsMethod(name) ? new NativeFunction(name, (context, arguments) => Invoke(context, name, text, arguments)) : null;

    private static bool IsMethod(string name) => name is "strip" or "lstrip" or "rstrip" or "split" or "rsplit" or "splitlines"
        or "startswith" or "endswith" or "upper" or "lower" or "casefold" or "title" or "capitalize" or "swapcase" or "replace"
        or "find" or "rfind" or "index" or "rindex" or "count" or "join" or "format" or "isdigit" or "isdecimal" or "isnumeric"
        or "isalpha" or "isalnum" or "isspace" or "islower" or "isupper" or "isascii" or "removeprefix" or "removesuffix"
        or "zfill" or "ljust" or "rjust" or "center" or "partition" or "rpartition";

    public static object? Invoke(RenderContext context, string name, string s, Arguments arguments)
    {
        context.SpendText(s.Length);
        if (TakesNothing(name)) arguments.Bind(name);
        // Asking what kind of character each is costs more than reading it.
        if (name.StartsWith("is", StringComparison.Ordinal)) context.Spend(s.Length / 8);
        switch (name)
        {
            case "strip" or "lstrip" or "rstrip":
                HashSet<int>? characters = CodePoints.Set(context, arguments.Bind(name, "chars").OptionalText(0));
                if (name != "rstrip") s = CodePoints.TrimStart(s, characters);
                return name == "lstrip" ? s : CodePoints.TrimEnd(s, characters);
            case "split" or "rsplit": return Split(context, name, s, arguments);
            case "splitlines": return new PyList(SplitLines(context, s, arguments.Bind(name, "keepends").Truth(0)));
            case "startswith" or "endswith": return HasEnd(context, name, s, arguments);
            case "upper" or "lower" or "title" or "capitalize" or "swapcase" or "casefold":
                LetterCase.Spend(context, s);
                return LetterCase.Change(name, s);
            case "replace":
                BoundArguments r = arguments.Bind(name, "old", "new", "count");
                return Replace(context, s, r.Text(0), r.Text(1), r.Integer(2, -1));
            case "find" or "rfind" or "index" or "rindex" or "count": return Search(context, name, s, arguments);
            case "join": return Join(context, s, arguments.Bind(name, "iterable").Required(0));
            case "format": return Formatting.Braces(context, s, arguments);
            case "isascii": return System.Text.Ascii.IsValid(s);
            case "islower": return LetterCase.IsLower(s);
            case "isupper": return LetterCase.IsUpper(s);
            case "isdigit" or "isdecimal" or "isnumeric" or "isalpha" or "isalnum" or "isspace":
                return s.Length > 0 && CodePoints.Runes(s).All(rune => IsOfKind(name, rune));
            case "removeprefix":
                string prefix = arguments.Bind(name, "prefix").Text(0);
                return s.StartsWith(prefix, StringComparison.Ordinal) ? s[prefix.Length..] : s;
            case "removesuffix":
                string suffix = arguments.Bind(name, "suffix").Text(0);
                return suffix.Length > 0 && s.EndsWith(suffix, StringComparison.Ordinal) ? s[..^suffix.Length] : s;
            case "zfill":
                int sign = s.StartsWith('-') || s.StartsWith('+') ? 1 : 0;
                return s[..sign] + Padding(context, s, arguments.Bind(name, "width").Integer(0), "0") + s[sign..];
            case "ljust" or "rjust" or "center": return Justify(context, name, s, arguments);
            case "partition" or "rpartition": return Partition(context, name, s, arguments.Bind(name, "sep").Text(0));
            default: throw new TemplateFault($"'str object' has no attribute '{name}'");
        }
    }

    private static bool TakesNothing(string name) =>
        name is "upper" or "lower" or "casefold" or "title" or "capitalize" or "swapcase"
        || (name.StartsWith("is", StringComparison.Ordinal) && IsMethod(name));

    private static bool IsOfKind(string method, Rune rune) => method switch
    {
        "isspace" => rune.IsBmp && CodePoints.IsSpace((char)rune.Value),
        "isalpha" => Rune.IsLetter(rune),
        "isdecimal" => Rune.IsDigit(rune),
        "isdigit" => Rune.IsDigit(rune) || rune.Value is 0xB2 or 0xB3 or 0xB9 or (>= 0x2070 and <= 0x2089),
        "isnumeric" => Rune.IsNumber(rune),
        _ => Rune.IsLetter(rune) || Rune.IsNumber(rune),
    };

    private static bool HasEnd(RenderContext context, string name, string s, Arguments arguments)
    {
        BoundArguments a = arguments.Bind(name, "prefix", "start", "end");
        if (a.Has(1)) s = Part(s, a.Integer(1), a.Integer(2, long.MaxValue / 4)) ?? "";
        bool Matches(string end)
        {
            context.Spend(1);
            context.SpendCompare(Math.Min(s.Length, end.Length));
            return name == "startswith" ? s.StartsWith(end, StringComparison.Ordinal) : s.EndsWith(end, StringComparison.Ordinal);
        }

        if (a.Required(0) is not PyTuple tuple) return Matches(a.Text(0));
        for (int i = 0; i < tuple.Count; i++)
        {
            if (tuple[i] is not string end) throw new TemplateFault($"{name} expects a text or a tuple of texts");
            if (Matches(end)) return true;
        }

        return false;
    }

    /// <summary>s[start:end] in code points; null where it starts beyond the text.</summary>
    private static string? Part(string s, long start, long end)
    {
        int count = CodePoints.Count(s);
        if (start < 0) start = Math.Max(0, start + count);
        if (end < 0) end += count;
        if (start > count) return null;
        end = Math.Clamp(end, start, count);
        return s[CodePoints.ToUnits(s, (int)start)..CodePoints.ToUnits(s, (int)end)];
    }

    private static long Search(RenderContext context, string name, string s, Arguments arguments)
    {
        BoundArguments a = arguments.Bind(name, "sub", "start", "end");
        string wanted = a.Text(0);
        long start = a.Integer(1, 0);
        string? part = a.Has(1) ? Part(s, start, a.Integer(2, long.MaxValue / 4)) : s;
        if (name == "count")
        {
            if (part is null) return 0L;
            if (wanted.Length == 0) return CodePoints.Count(part) + 1L;
            return Occurrences(new TextSearch(context, wanted), part, wanted.Length, -1);
        }

        bool fromEnd = name[0] == 'r';
        int unit = part is null ? -1
            : fromEnd ? TextSearch.LastIndexOf(context, part, wanted, part.Length)
            : new TextSearch(context, wanted).IndexOf(part);
        if (unit < 0 && name.EndsWith("index", StringComparison.Ordinal)) throw new TemplateFault("substring not found");
        if (unit < 0) return -1L;
        long offset = start < 0 ? Math.Max(0, start + CodePoints.Count(s)) : start;
        return offset + CodePoints.FromUnits(part!, unit);
    }

    private static long Occurrences(TextSearch search, string s, int length, long max)
    {
        long count = 0;
        for (int i = 0; count != max && (i = search.IndexOf(s, i)) >= 0; i += length) count++;
        return count;
    }

    public static string Replace(RenderContext context, string s, string from, string to, long count)
    {
        if (count == 0) return s;
        context.SpendText(s.Length);
        if (from.Length == 0)
        {
            // Python puts the new text before every character and at the end.
            context.Spend(2L * s.Length);
            string[] characters = CodePoints.Split(s);
            long slots = count < 0 ? characters.Length + 1 : Math.Min(count, characters.Length + 1);
            context.SpendText(s.Length + slots * to.Length);
            var spread = new StringBuilder();
            for (int i = 0; i <= characters.Length; i++)
            {
                if (i < slots) spread.Append(to);
                if (i < characters.Length) spread.Append(characters[i]);
            }

            return spread.ToString();
        }

        var search = new TextSearch(context, from);
        long found = Occurrences(search, s, from.Length, count);
        if (found == 0) return s;
        context.SpendText(s.Length + found * (to.Length - from.Length));
        var result = new StringBuilder();
        int start = 0;
        for (; found > 0; found--)
        {
            int i = search.IndexOf(s, start);
            result.Append(s, start, i - start).Append(to);
            start = i + from.Length;
        }

        return result.Append(s, start, s.Length - start).ToString();
    }

    private static string Join(RenderContext context, string separator, object? iterable)
    {
        if (iterable is Undefined u) throw u.Fault();
        IReadOnlyList<object?> items = Python.Items(context, iterable);
        long length = separator.Length * (long)items.Count;
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i] is not string text)
            {
                throw new TemplateFault($"join: item {i} is {Python.TypeName(items[i])}, expected str");
            }

            length += text.Length;
        }

        context.SpendText(length);
        return string.Join(separator, items);
    }

    private static string Justify(RenderContext context, string name, string s, Arguments arguments)
    {
        BoundArguments a = arguments.Bind(name, "width", "fillchar");
        string fill = a.Text(1, " ");
        if (CodePoints.Count(fill) != 1) throw new TemplateFault($"{name} expects one character to fill with");
        string padding = Padding(context, s, a.Integer(0), fill);
        if (name != "center") return name == "ljust" ? s + padding : padding + s;
        int missing = padding.Length / fill.Length;
        // Python gives the odd character to the left where the width is odd.
        int left = missing / 2 + (missing & (int)(a.Integer(0) & 1) & 1);
        return padding[..(left * fill.Length)] + s + padding[(left * fill.Length)..];
    }

    private static string Padding(RenderContext context, string s, long width, string fill) =>
        Operators.Repeat(context, fill, Math.Max(0, width) - CodePoints.Count(s));

    private static PyTuple Partition(RenderContext context, string name, string s, string separator)
    {
        if (separator.Length == 0) throw new TemplateFault($"{name} got an empty separator");
        int i = name == "partition"
            ? new TextSearch(context, separator).IndexOf(s)
            : TextSearch.LastIndexOf(context, s, separator, s.Length);
        if (i < 0) return name == "partition" ? new PyTuple(s, "", "") : new PyTuple("", "", s);
        return new PyTuple(s[..i], separator, s[(i + separator.Length)..]);
    }
}
