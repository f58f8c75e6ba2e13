using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Jinja;

/// <summary>
/// tojson as Hugging Face's transformers defines it: Python's json.dumps with ensure_ascii=False, and nothing escaped for HTML.
/// </summary>
internal sealed class JsonText
{
    private readonly RenderContext _context;
    private readonly StringBuilder _text = new();
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _ascii;
    private readonly bool _sorted;

    private JsonText(RenderContext context, BoundArguments a)
    {
        _context = context;
        _ascii = a.Truth(0);
        object? width = a.Value(1);
        _indent = width switch { null => null, string s => s, _ => Operators.Repeat(context, " ", a.Integer(1)) };
        (_itemSeparator, _keySeparator) = (_indent is null ? ", " : ",", ": ");
        if (a.Value(2) is { } separators)
        {
            if (Python.Items(context, separators) is not [string item, string key])
            {
                throw new TemplateFault("tojson expects two texts as 'separators'");
            }

            (_itemSeparator, _keySeparator) = (item, key);
        }

        _sorted = a.Truth(3);
    }

    public static object? Filter(RenderContext context, object? input, Arguments arguments)
    {
        var writer = new JsonText(context, arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"));
        writer.Write(input, 0);
        return writer._text.ToString();
    }

    private void Write(object? value, int depth)
    {
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        _context.Spend(1);
        RenderContext.CheckText(_text.Length);
        switch (value)
        {
            case string s: WriteText(s); break;
            case PyDict dict: WriteDict(dict, depth); break;
            case PyList or PyTuple: WriteList((PySequence)value, depth); break;
            default: _text.Append(Scalar(value) ?? throw NotSerializable(value)); break;
        }
    }

    private static TemplateFault NotSerializable(object? value) =>
        value is Undefined u ? new TemplateFault($"an undefined value is not JSON serializable: {u.Message}")
        : new TemplateFault($"an object of type {Python.TypeName(value)} is not JSON serializable");

    private string? Scalar(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        long n => n.ToString(CultureInfo.InvariantCulture),
        BigInteger n => Python.ToText(_context, n),
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double d => Numbers.Repr(_context, d),
        _ => null,
    };

    private void WriteList(PySequence list, int depth)
    {
        _text.Append('[');
        for (int i = 0; i < list.Count; i++)
        {
            if (i > 0) Separate(_itemSeparator);
            NewLine(depth + 1);
            Write(list[i], depth + 1);
        }

        if (list.Count > 0) NewLine(depth);
        _text.Append(']');
    }

    private void WriteDict(PyDict dict, int depth)
    {
        _context.Spend(2);
        _text.Append('{');
        bool first = true;
        foreach ((object? key, object? value) in _sorted ? Sorted(dict) : dict.Items)
        {
            if (!first) Separate(_itemSeparator);
            first = false;
            NewLine(depth + 1);
            WriteText(
                key as string ?? Scalar(key)
                    ?? throw new TemplateFault($"keys must be str, int, float, bool or None, not {Python.TypeName(key)}"));
            Separate(_keySeparator);
            Write(value, depth + 1);
        }

        if (dict.Count > 0) NewLine(depth);
        _text.Append('}');
    }

    private IEnumerable<(object? Key, object? Value)> Sorted(PyDict dict)
    {
        var pairs = (PyList)SortFilters.DictSort(_context, dict, new Arguments([true], []))!;
        for (int i = 0; i < pairs.Count; i++) yield return (((PyTuple)pairs[i]!)[0], ((PyTuple)pairs[i]!)[1]);
    }

    private void Separate(string separator)
    {
        _context.Spend(separator.Length / Limits.CharactersPerStep);
        RenderContext.CheckText(_text.Length + (long)separator.Length);
        _text.Append(separator);
    }

    private void NewLine(int depth)
    {
        if (_indent is null) return;
        RenderContext.CheckText(_text.Length);
        _context.SpendText((long)_indent.Length * depth);
        _text.Append('\n');
        for (int i = 0; i < depth; i++) _text.Append(_indent);
    }

    private void WriteText(string s)
    {
        // Twice: each character is looked at, and written one by one.
        _context.SpendText(s.Length);
        _context.Spend(s.Length / Limits.CharactersPerStep);
        _text.Append('"');
        foreach (char c in s)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\f': _text.Append("\\f"); break;
                case '\b': _text.Append("\\b"); break;
                case < ' ': WriteEscape(c); break;
                case >= '\x7f' when _ascii: WriteEscape(c); break;
                default: _text.Append(c); break;
            }
        }

        _text.Append('"');
    }

    private void WriteEscape(char c)
    {
        _context.Spend(1);
        RenderContext.CheckText(_text.Length);
        _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
    }
}
