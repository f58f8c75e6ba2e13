using System.Globalization;
using System.Numerics;
using System.Text;

namespace Innate.Text.Jinja;

/// <summary>
/// tojson as Hugging Face's transformers defines it: Python's json.dumps with ensure_ascii=False, and nothing escaped for HTML.
/// </summary>
internal sealed class JsonText
{
    private readonly RenderContext context;
    private readonly StringBuilder text = new();
    private readonly string? indent;
    private readonly string itemSeparator;
    private readonly string keySeparator;
    private readonly bool ascii;
    private readonly bool sorted;

    private JsonText(RenderContext context, BoundArguments a)
    {
        this.context = context;
        ascii = a.Truth(0);
        object? width = a.Value(1);
        indent = width switch { null => null, string s => s, _ => Operators.Repeat(context, " ", a.Integer(1)) };
        (itemSeparator, keySeparator) = (indent is null ? ", " : ",", ": ");
        if (a.Value(2) is { } separators)
        {
            if (Python.Items(context, separators) is not [string item, string key])
            {
                throw new TemplateFault("tojson expects two texts as 'separators'");
            }

            (itemSeparator, keySeparator) = (item, key);
        }

        sorted = a.Truth(3);
    }

    public static object? Filter(RenderContext context, object? input, Arguments arguments)
    {
        var writer = new JsonText(context, arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"));
        writer.Write(input, 0);
        return writer.text.ToString();
    }

    private void Write(object? value, int depth)
    {
        if (depth >= Limits.Depth / 4) throw RenderContext.TooDeep();
        context.Spend(1);
        if (text.Length > Limits.TextLength) context.SpendText(text.Length);
        switch (value)
        {
            case string s: WriteText(s); break;
            case PyDict dict: WriteDict(dict, depth); break;
            case PyList or PyTuple: WriteList((PySequence)value, depth); break;
            default: text.Append(Scalar(value) ?? throw NotSerializable(value)); break;
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
        BigInteger n => Python.ToText(context, n),
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double d => Numbers.Repr(d),
        _ => null,
    };

    private void WriteList(PySequence list, int depth)
    {
        text.Append('[');
        for (int i = 0; i < list.Count; i++)
        {
            if (i > 0) text.Append(itemSeparator);
            NewLine(depth + 1);
            Write(list[i], depth + 1);
        }

        if (list.Count > 0) NewLine(depth);
        text.Append(']');
    }

    private void WriteDict(PyDict dict, int depth)
    {
        text.Append('{');
        bool first = true;
        foreach ((object? key, object? value) in sorted ? Sorted(dict) : dict.Items)
        {
            if (!first) text.Append(itemSeparator);
            first = false;
            NewLine(depth + 1);
            WriteText(key as string ?? Scalar(key) ?? throw new TemplateFault($"keys must be str, int, float, bool or None, not {Python.TypeName(key)}"));
            text.Append(keySeparator);
            Write(value, depth + 1);
        }

        if (dict.Count > 0) NewLine(depth);
        text.Append('}');
    }

    private IEnumerable<(object? Key, object? Value)> Sorted(PyDict dict)
    {
        var pairs = (PyList)SortFilters.DictSort(context, dict, new Arguments([true], []))!;
        for (int i = 0; i < pairs.Count; i++) yield return (((PyTuple)pairs[i]!)[0], ((PyTuple)pairs[i]!)[1]);
    }

    private void NewLine(int depth)
    {
        if (indent is null) return;
        context.SpendText(text.Length > Limits.TextLength ? text.Length : (long)indent.Length * depth);
        text.Append('\n');
        for (int i = 0; i < depth; i++) text.Append(indent);
    }

    private void WriteText(string s)
    {
        context.SpendText(s.Length);
        text.Append('"');
        foreach (char c in s)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\f': text.Append("\\f"); break;
                case '\b': text.Append("\\b"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                case > '\x7f' when ascii: text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
