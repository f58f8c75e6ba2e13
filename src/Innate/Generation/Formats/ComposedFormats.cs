namespace Innate.Generation.Formats;

/// <summary>One format, then another. Made by <see cref="Then"/>, which keeps chains leaning to the right.</summary>
internal sealed class SequenceFormat : TextFormat
{
    private readonly TextFormat _first, _rest;

    private SequenceFormat(TextFormat first, TextFormat rest)
        : base(HashOf([first, rest], 7)) => (_first, _rest) = (first, rest);

    /// <inheritdoc/>
    public override bool MayEnd => _first.MayEnd && _rest.MayEnd;

    /// <summary>One format, then another.</summary>
    public static TextFormat Then(TextFormat first, TextFormat rest) => first switch
    {
        _ when first.Equals(ExactText.Empty) => rest,
        _ when rest.Equals(ExactText.Empty) => first,
        SequenceFormat chain => new SequenceFormat(chain._first, Then(chain._rest, rest)),
        _ => new SequenceFormat(first, rest),
    };

    /// <inheritdoc/>
    public override TextFormat? After(byte b)
    {
        TextFormat? first = _first.After(b) is { } left ? Then(left, _rest) : null;
        return _first.MayEnd ? ChoiceFormat.Or([first, _rest.After(b)]) : first;
    }

    /// <inheritdoc/>
    public override int Least(ByteSet bytes) => Sum(_first.Least(bytes), _rest.Least(bytes));

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) =>
        other is SequenceFormat sequence && _first.Equals(sequence._first) && _rest.Equals(sequence._rest);
}

/// <summary>One of several formats. Made by <see cref="Or"/>, which leaves out what is there twice.</summary>
internal sealed class ChoiceFormat : TextFormat
{
    private readonly TextFormat[] _options;

    private ChoiceFormat(TextFormat[] options)
        : base(HashOf(options, 11)) => _options = options;

    /// <inheritdoc/>
    public override bool MayEnd => _options.Any(o => o.MayEnd);

    /// <summary>One of several formats; null where none is left.</summary>
    /// <param name="options">The formats; null stands for one that is ruled out.</param>
    public static TextFormat? Or(IEnumerable<TextFormat?> options)
    {
        List<TextFormat> different = [];
        foreach (TextFormat? option in options)
        {
            foreach (TextFormat one in option is ChoiceFormat choice ? choice._options : option is null ? [] : [option])
            {
                if (!different.Contains(one)) different.Add(one);
            }
        }

        return different.Count switch { 0 => null, 1 => different[0], _ => new ChoiceFormat([.. different]) };
    }

    /// <inheritdoc/>
    public override TextFormat? After(byte b) => Or(_options.Select(o => o.After(b)));

    /// <inheritdoc/>
    public override int Least(ByteSet bytes) => _options.Min(o => o.Least(bytes));

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) => other is ChoiceFormat choice && Same(_options, choice._options);
}

/// <summary>A format several times.</summary>
internal sealed class RepeatFormat : TextFormat
{
    private readonly TextFormat _item;
    private readonly int _least;
    private readonly int? _most;

    private RepeatFormat(TextFormat item, int least, int? most)
        : base(HashOf([item], unchecked((least * 31) + (most ?? -1)))) => (_item, _least, _most) = (item, least, most);

    /// <inheritdoc/>
    public override bool MayEnd => _least == 0;

    /// <summary>A format several times.</summary>
    /// <param name="item">It takes a byte at least.</param>
    /// <param name="least">How often at least.</param>
    /// <param name="most">How often at most; null: without end.</param>
    /// <exception cref="ArgumentException">The item may be empty.</exception>
    public static TextFormat Of(TextFormat item, int least, int? most)
    {
        if (item.MayEnd) throw new ArgumentException("item: expected a format that takes a byte, found one that may be empty.");
        return most == 0 ? ExactText.Empty : new RepeatFormat(item, least, most);
    }

    /// <inheritdoc/>
    public override TextFormat? After(byte b) =>
        _item.After(b) is { } left ? SequenceFormat.Then(left, Of(_item, Math.Max(0, _least - 1), _most - 1)) : null;

    /// <inheritdoc/>
    public override int Least(ByteSet bytes)
    {
        int one = _least == 0 ? 0 : _item.Least(bytes);
        return one == Never ? Never : checked(one * _least);
    }

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) =>
        other is RepeatFormat repeat && _least == repeat._least && _most == repeat._most && _item.Equals(repeat._item);
}

/// <summary>Several formats, each once, in any order, with a separator between.</summary>
internal sealed class AnyOrderFormat : TextFormat
{
    private readonly TextFormat[] _items;
    private readonly TextFormat _separator;

    private AnyOrderFormat(TextFormat[] items, TextFormat separator)
        : base(HashOf(items, 13)) => (_items, _separator) = (items, separator);

    /// <inheritdoc/>
    public override bool MayEnd => false;

    /// <summary>Several formats, each once, in any order.</summary>
    /// <param name="items">At least one; each takes a byte at least.</param>
    /// <param name="separator">What stands between two of them.</param>
    /// <exception cref="ArgumentException">There is no item, or one may be empty.</exception>
    public static TextFormat Of(IEnumerable<TextFormat> items, TextFormat separator)
    {
        TextFormat[] all = [.. items];
        return all.Length > 0 && !all.Any(i => i.MayEnd)
            ? new AnyOrderFormat(all, separator)
            : throw new ArgumentException("items: expected formats that take a byte, found none or one that may be empty.");
    }

    /// <inheritdoc/>
    public override TextFormat? After(byte b) => ChoiceFormat.Or(_items.Select((item, i) =>
    {
        TextFormat[] others = [.. _items.Where((_, j) => j != i)];
        return item.After(b) is not { } left ? null
            : others.Length == 0 ? left
            : SequenceFormat.Then(left, SequenceFormat.Then(_separator, new AnyOrderFormat(others, _separator)));
    }));

    /// <inheritdoc/>
    public override int Least(ByteSet bytes)
    {
        int least = 0;
        for (int i = 0; i < _items.Length; i++)
        {
            least = Sum(least, _items[i].Least(bytes));
            if (i > 0) least = Sum(least, _separator.Least(bytes));
        }

        return least;
    }

    /// <inheritdoc/>
    public override bool Equals(TextFormat? other) =>
        other is AnyOrderFormat order && Same(_items, order._items) && _separator.Equals(order._separator);
}
