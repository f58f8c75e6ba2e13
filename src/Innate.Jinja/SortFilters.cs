namespace Innate.Jinja;

/// <summary>Filters that compare items: order, extremes, groups, duplicates. Texts compare without case unless asked.</summary>
internal static class SortFilters
{
    public static object? Sort(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("sort", "reverse", "case_sensitive", "attribute");
        bool caseSensitive = a.Truth(1);
        AttributePath[] paths = AttributePath.Several(context, a.Value(2));
        // A tuple even of one key, as in Jinja2: keys that are equal, two undefined ones included, are then never ordered.
        return new PyList(Sorted(
            context, Python.Items(context, input),
            item =>
            {
                context.Spend(4 + paths.Length);
                return new PyTuple([.. paths.Select(p => Key(context, item, p, caseSensitive))]);
            },
            a.Truth(0)));
    }

    public static object? DictSort(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("dictsort", "case_sensitive", "by", "reverse");
        if (input is Undefined u) throw u.Fault();
        if (input is not PyDict dict) throw new TemplateFault($"dictsort expects a mapping and got {Python.TypeName(input)}");
        int position = a.Text(1, "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new TemplateFault("dictsort sorts by 'key' or 'value'"),
        };
        bool caseSensitive = a.Truth(0);
        return new PyList(Sorted(
            context, CollectionMethods.Pairs(context, dict), pair => Fold(context, ((PyTuple)pair!)[position], caseSensitive),
            a.Truth(2)));
    }

    public static object? Min(RenderContext context, object? input, Arguments arguments) =>
        Extreme(context, "min", input, arguments, -1);

    public static object? Max(RenderContext context, object? input, Arguments arguments) =>
        Extreme(context, "max", input, arguments, 1);

    private static object? Extreme(RenderContext context, string name, object? input, Arguments arguments, int sign)
    {
        BoundArguments a = arguments.Bind(name, "case_sensitive", "attribute");
        IReadOnlyList<object?> items = Python.Items(context, input);
        if (items.Count == 0) return new Undefined("No aggregated item, sequence was empty.");
        AttributePath path = AttributePath.OrItself(context, a.Value(1));
        object? best = items[0], bestKey = Key(context, best, path, a.Truth(0));
        for (int i = 1; i < items.Count; i++)
        {
            object? key = Key(context, items[i], path, a.Truth(0));
            if (Math.Sign(Python.Order(context, sign < 0 ? "<" : ">", key, bestKey) ?? 0) == sign)
            {
                (best, bestKey) = (items[i], key);
            }
        }

        return best;
    }

    public static object? Unique(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("unique", "case_sensitive", "attribute");
        AttributePath path = AttributePath.OrItself(context, a.Value(1));
        var seen = new PyDict();
        var kept = new List<object?>();
        foreach (object? item in Python.Items(context, input))
        {
            object? key = Key(context, item, path, a.Truth(0));
            if (seen.Contains(context, key)) continue;
            seen.Set(context, key, null);
            kept.Add(item);
        }

        return new PyGenerator(kept);
    }

    public static object? GroupBy(RenderContext context, object? input, Arguments arguments)
    {
        BoundArguments a = arguments.Bind("groupby", "attribute", "default", "case_sensitive");
        AttributePath path = AttributePath.OrItself(context, a.Required(0));
        object? Plain(object? item) => path.Follow(context, item, a.Value(1));
        object? Grouping(object? item) => Fold(context, Plain(item), a.Truth(2));
        var groups = new List<object?>();
        List<object?>? members = null;
        object? current = null;
        foreach (object? item in Sorted(context, Python.Items(context, input), Grouping, false))
        {
            object? key = Grouping(item);
            if (members is null || !Python.AreEqual(context, key, current))
            {
                members = [];
                current = key;
                context.Spend(5);
                groups.Add(new Group(Plain(item), members).AsTuple());
            }

            members.Add(item);
        }

        return new PyList(groups);
    }

    private sealed record Group(object? Grouper, List<object?> Members)
    {
        public PyTuple AsTuple() => new(Grouper, new PyList(Members)) { FieldNames = ["grouper", "list"] };
    }

    private static object? Key(RenderContext context, object? item, AttributePath path, bool caseSensitive) =>
        Fold(context, path.Follow(context, item), caseSensitive);

    private static object? Fold(RenderContext context, object? key, bool caseSensitive)
    {
        if (key is not string text || caseSensitive) return key;
        LetterCase.Spend(context, text);
        return LetterCase.Lower(text);
    }

    /// <summary>A stable merge sort, so that every comparison is counted and a failing one leaves as it is.</summary>
    private static object?[] Sorted(
        RenderContext context, IReadOnlyList<object?> items, Func<object?, object?> key, bool descending)
    {
        context.Spend(2L * items.Count);
        var from = new (object? Key, object? Item)[items.Count];
        for (int i = 0; i < from.Length; i++) from[i] = (key(items[i]), items[i]);
        var to = new (object? Key, object? Item)[from.Length];
        for (int width = 1; width < from.Length; width *= 2)
        {
            context.Spend(4L * from.Length);
            for (int start = 0; start < from.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, from.Length), end = Math.Min(start + 2 * width, from.Length);
                for (int i = start, left = start, right = middle; i < end; i++)
                {
                    bool takeRight = left == middle
                        || (right < end && Precedes(context, from[right].Key, from[left].Key, descending));
                    to[i] = takeRight ? from[right++] : from[left++];
                }
            }

            (from, to) = (to, from);
        }

        return [.. from.Select(e => e.Item)];
    }

    private static bool Precedes(RenderContext context, object? a, object? b, bool descending) =>
        descending ? Python.Order(context, "<", b, a) < 0 : Python.Order(context, "<", a, b) < 0;
}
