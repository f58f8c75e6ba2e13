using System.Text.RegularExpressions;

namespace Innate.Scoring.Rules;

/// <summary>Whether a response keeps the form that was asked for: 1 or 0.</summary>
internal static class FormatReward
{
    /// <summary>How long a pattern that may go astray is tried.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Reads a regular expression; a dot matches line breaks too. Patterns without lookaround, backreference or atomic group run
    /// in time linear in the text; the others may go astray on some texts and are held to the time limit.
    /// </summary>
    /// <param name="pattern">The expression, in .NET's syntax.</param>
    /// <param name="timeLimit">Null: <see cref="DefaultTimeLimit"/>.</param>
    /// <exception cref="InputException">The pattern cannot be read.</exception>
    public static Regex Pattern(string pattern, TimeSpan? timeLimit = null)
    {
        const RegexOptions Options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
        TimeSpan limit = timeLimit ?? DefaultTimeLimit;
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking, limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, limit);
        }
        catch (RegexParseException e)
        {
            throw new InputException($"format: expected a regular expression, found '{pattern}' ({e.Message}).", e);
        }
    }

    /// <summary>1 where the pattern matches somewhere in the response (anchor it with ^ and $), else 0.</summary>
    /// <param name="response">The response's text.</param>
    /// <param name="pattern">From <see cref="Pattern"/>.</param>
    /// <returns>Null: no verdict within the time limit. That is not a 0.</returns>
    public static double? Matches(string response, Regex pattern)
    {
        try
        {
            return pattern.IsMatch(response) ? 1 : 0;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>
    /// 1 where each tag opens once and closes once, one after the other in the order given, none inside another; else 0. What
    /// stands around and between them is free.
    /// </summary>
    /// <param name="response">The response's text.</param>
    /// <param name="tags">The tags' names: <c>think</c>, <c>answer</c>.</param>
    public static double Tags(string response, params ReadOnlySpan<string> tags)
    {
        int from = 0;
        foreach (string tag in tags)
        {
            foreach (string mark in (ReadOnlySpan<string>)[$"<{tag}>", $"</{tag}>"])
            {
                int at = response.IndexOf(mark, from, StringComparison.Ordinal);
                if (at < 0 || response.IndexOf(mark, StringComparison.Ordinal) != at) return 0;
                from = at + mark.Length;
                if (response.IndexOf(mark, from, StringComparison.Ordinal) >= 0) return 0;
            }
        }

        return 1;
    }
}
