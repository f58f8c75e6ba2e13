using System.Text;
using System.Text.RegularExpressions;

namespace Innate.Data;

/// <summary>
/// Patterns of file names: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> does not, <c>[a-z]</c> is one of some.
/// </summary>
internal static class FilePattern
{
    /// <summary>The pattern as an expression over whole paths.</summary>
    /// <param name="pattern">The pattern.</param>
    public static Regex Of(string pattern)
    {
        StringBuilder text = new("^");
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            int close = c == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                text.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                text.Append(".*");
                i++;
            }
            else if (close > i + 1)
            {
                string some = pattern[(i + 1)..close].Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("[", "\\[", StringComparison.Ordinal);
                text.Append('[').Append(some[0] is '!' or '^' ? $"^{some[1..]}" : some).Append(']');
                i = close;
            }
            else
            {
                text.Append(c switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(c.ToString()) });
            }
        }

        try
        {
            return new Regex(text.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"expected a pattern of file names, found '{pattern}'.", e);
        }
    }
}
