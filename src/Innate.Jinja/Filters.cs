namespace Innate.Jinja;

internal delegate object? Filter(RenderContext context, object? input, Arguments arguments);

/// <summary>The filters by name.</summary>
internal static class Filters
{
    public static TemplateFault Unknown(string name) => new($"there is no filter named '{name}'");

    public static Filter? Find(string name) => name switch
    {
        "abs" => NumberFilters.Abs,
        "attr" => (c, x, a) => Access.OnlyAttribute(c, x, a.Bind("attr", "name").Text(0)),
        "batch" => SequenceFilters.Batch,
        "capitalize" => Method("capitalize"),
        "center" => TextFilters.Center,
        "count" or "length" => (c, x, _) => Python.Length(c, x),
        "d" or "default" => Default,
        "dictsort" => SortFilters.DictSort,
        "e" or "escape" or "forceescape" => TextFilters.Escape,
        "first" => SequenceFilters.First,
        "float" => NumberFilters.Float,
        "format" => (c, x, a) => Formatting.Percent(c, Python.Str(c, x), a),
        "groupby" => SortFilters.GroupBy,
        "indent" => TextFilters.Indent,
        "int" => NumberFilters.Int,
        "items" => SequenceFilters.Items,
        "join" => SequenceFilters.Join,
        "last" => SequenceFilters.Last,
        "list" => (c, x, _) => new PyList(Python.Items(c, x)),
        "lower" => Method("lower"),
        "map" => SelectFilters.Map,
        "max" => SortFilters.Max,
        "min" => SortFilters.Min,
        "pprint" => (c, x, _) => Python.Repr(c, x),
        "reject" => SelectFilters.Reject,
        "rejectattr" => SelectFilters.RejectAttribute,
        "replace" => TextFilters.Replace,
        "reverse" => SequenceFilters.Reverse,
        "round" => NumberFilters.Round,
        "safe" or "string" => (c, x, _) => Python.Str(c, x),
        "select" => SelectFilters.Select,
        "selectattr" => SelectFilters.SelectAttribute,
        "slice" => SequenceFilters.Slice,
        "sort" => SortFilters.Sort,
        "striptags" => TextFilters.StripTags,
        "sum" => NumberFilters.Sum,
        "title" => TextFilters.Title,
        "tojson" => JsonText.Filter,
        "trim" => TextFilters.Trim,
        "truncate" => TextFilters.Truncate,
        "unique" => SortFilters.Unique,
        "upper" => Method("upper"),
        "urlencode" => TextFilters.UrlEncode,
        "wordcount" => TextFilters.WordCount,
        "wordwrap" => TextFilters.WordWrap,
        _ => null,
    };

    /// <summary>A method of texts as a filter of anything's text.</summary>
    private static Filter Method(string name) =>
        (context, input, arguments) => TextMethods.Invoke(context, name, Python.Str(context, input), arguments);

    private static object? Default(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("default", "default_value", "boolean");
        bool missing = input is Undefined || (a.Truth(1) && !Python.IsTrue(input));
        return missing ? a.Value(0, "") : input;
    }
}
