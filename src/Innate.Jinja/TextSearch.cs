namespace Innate.Jinja;

/// <summary>
/// Looks for one text in others, in time that grows with their lengths alone. .NET's own search is quick but compares again from
/// every place where it might begin, which periodic texts make quadratic; it is used where the wanted text is short.
/// </summary>
internal sealed class TextSearch
{
    // Up to here a place costs no more to compare again than a step of the slower search.
    private const int Short = 32;

    private readonly RenderContext _context;
    private readonly string _wanted;
    private int[]? _borders;

    public TextSearch(RenderContext context, string wanted)
    {
        _context = context;
        _wanted = wanted;
    }

    /// <summary>Where the wanted text begins first, from <paramref name="start"/> on; -1: nowhere.</summary>
    public int IndexOf(string text, int start = 0)
    {
        int at = Find(text, start);
        int read = (at < 0 ? text.Length : at + _wanted.Length) - start;
        _context.Spend(1 + Math.Max(0, read) / Limits.CharactersPerStep);
        return at;
    }

    /// <summary>Where the wanted text begins last in <paramref name="text"/> up to <paramref name="end"/>; -1: nowhere.</summary>
    public static int LastIndexOf(RenderContext context, string text, string wanted, int end)
    {
        if (wanted.Length > Short)
        {
            context.SpendText(2L * end + wanted.Length);
            int at = new TextSearch(context, Reversed(wanted, wanted.Length)).IndexOf(Reversed(text, end));
            return at < 0 ? -1 : end - at - wanted.Length;
        }

        int found = text.AsSpan(0, end).LastIndexOf(wanted, StringComparison.Ordinal);
        context.Spend(1 + (end - Math.Max(found, 0)) / Limits.CharactersPerStep);
        return found;
    }

    private static string Reversed(string text, int end) => string.Create(end, text, static (to, from) =>
    {
        from.AsSpan(0, to.Length).CopyTo(to);
        to.Reverse();
    });

    private int Find(string text, int start)
    {
        if (_wanted.Length <= Short) return text.IndexOf(_wanted, start, StringComparison.Ordinal);
        int at = text.AsSpan(start).IndexOf(_wanted.AsSpan(0, Short), StringComparison.Ordinal);
        return at < 0 ? -1 : FindSteadily(text, start + at);
    }

    /// <summary>
    /// Knuth, Morris and Pratt's search: what matched so far tells how far to move, and no character is read twice.
    /// </summary>
    private int FindSteadily(string text, int start)
    {
        int[] borders = _borders ??= Borders();
        int matched = 0;
        for (int i = start; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != _wanted[matched]) matched = borders[matched - 1];
            if (text[i] == _wanted[matched] && ++matched == _wanted.Length) return i - matched + 1;
        }

        return -1;
    }

    /// <summary>For each prefix, how long the longest text is that it both begins and ends with.</summary>
    private int[] Borders()
    {
        _context.Spend(_wanted.Length / 4);
        var borders = new int[_wanted.Length];
        for (int i = 1, matched = 0; i < borders.Length; i++)
        {
            while (matched > 0 && _wanted[i] != _wanted[matched]) matched = borders[matched - 1];
            if (_wanted[i] == _wanted[matched]) matched++;
            borders[i] = matched;
        }

        return borders;
    }
}
