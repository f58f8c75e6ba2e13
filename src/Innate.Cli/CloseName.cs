namespace Innate.Cli;

/// <summary>The command or option that a mistyped one was meant to be. Pure.</summary>
internal static class CloseName
{
    /// <summary>
    /// The nearest of some names, dashes before them aside; where none is near, the only one that begins as it was written; null:
    /// none.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        string bare = written.TrimStart('-');
        string[] ordered = [.. names.Order(StringComparer.Ordinal)];
        if (NearestName.Of(bare, ordered.Select(n => n.TrimStart('-'))) is { } near)
        {
            return ordered.First(n => n.TrimStart('-') == near);
        }

        string[] longer = [.. ordered.Where(n => n.TrimStart('-').StartsWith(bare, StringComparison.Ordinal))];
        return bare.Length >= 3 && longer.Length == 1 ? longer[0] : null;
    }
}
