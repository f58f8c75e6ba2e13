using System.Text;
using System.Text.RegularExpressions;

namespace Innate.Checkpoints;

/// <summary>
/// A regular expression in Python's syntax over a module's path. What Python and .NET spell differently is translated, what only
/// one of them knows is refused. It is matched without backtracking where that can be; else within a time limit.
/// </summary>
internal sealed class PythonPattern
{
    // Paths have some forty letters: what takes longer than this goes on for ever.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(200);

    private readonly Regex? _regex;
    private readonly string _pattern;
    private readonly string _place;

    private PythonPattern(string pattern, string place) => (_pattern, _place) = (pattern, place);

    private PythonPattern(string pattern, string place, string before, string after)
    {
        (_pattern, _place) = (pattern, place);
        string translated = Translate();
        try
        {
            _ = new Regex(translated, RegexOptions.CultureInvariant); // by itself, so that its brackets are its own
            _regex = Compile(before + translated + after);
        }
        catch (ArgumentException e)
        {
            throw Wrong(e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Python's <c>re.fullmatch(pattern, path)</c>.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="place">File and key, for messages.</param>
    /// <exception cref="InputException">It is no expression of Python's that is read here.</exception>
    public static PythonPattern Whole(string pattern, string place) => new(pattern, place, @"\A(?:", @")\z");

    /// <summary>Python's <c>re.match(rf"(.*\.)?({key})$", path)</c>: the path's last parts, as PEFT reads its patterns.</summary>
    /// <inheritdoc cref="Whole"/>
    public static PythonPattern LastParts(string pattern, string place) => IsPath(pattern)
        ? new(pattern, place)
        : new(pattern, place, @"\A(?:.*\.)?(?:", @")\z");

    /// <summary>The number in Python's <c>re.match(rf".*\.{pattern}\.(\d+)\.", path)</c>.</summary>
    /// <inheritdoc cref="Whole"/>
    public static PythonPattern Layer(string pattern, string place) =>
        new(pattern, place, @"\A.*\.(?:", @")\.(?<layer>[0-9]+)\.");

    /// <summary>
    /// Whether it is a path, as nearly all are: a dot is any letter. No engine is needed for it, and files hold hundreds of them.
    /// </summary>
    public bool IsPlain => _regex is null;

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">Such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    /// <exception cref="InputException">The match does not come to an end.</exception>
    public bool Matches(string path) => _regex is null ? EndsWithParts(path) : Match(path, _regex).Success;

    /// <summary>The number that a pattern of <see cref="Layer"/> finds; null: it does not match.</summary>
    /// <inheritdoc cref="Matches"/>
    public int? LayerOf(string path) =>
        _regex is { } regex && Match(path, regex) is { Success: true } match
        && int.TryParse(match.Groups["layer"].ValueSpan, out int layer) ? layer : null;

    private static Regex Compile(string pattern)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking, TimeLimit);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, TimeLimit); // It looks around itself or back.
        }
    }

    private static bool IsPath(string pattern) =>
        pattern.Length > 0 && pattern.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    private bool EndsWithParts(string path)
    {
        int start = path.Length - _pattern.Length;
        if (start < 0 || (start > 0 && path[start - 1] != '.')) return false;
        for (int i = 0; i < _pattern.Length; i++)
        {
            char given = path[start + i];
            if (_pattern[i] == '.' ? given == '\n' : given != _pattern[i]) return false;
        }

        return true;
    }

    private Match Match(string path, Regex regex)
    {
        try
        {
            return regex.Match(path);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException($"{_place}: '{Short()}' does not come to an end on '{path}'.", e);
        }
    }

    private string Translate()
    {
        StringBuilder text = new();
        bool inClass = false;
        for (int i = 0; i < _pattern.Length; i++)
        {
            char c = _pattern[i];
            if (c == '\\' && i + 1 < _pattern.Length)
            {
                text.Append(Escape(_pattern[++i], inClass));
            }
            else if (inClass)
            {
                if (c == '[' && _pattern[i - 1] == '-') throw Wrong("'-[' within a class means another thing there");
                inClass = c != ']';
                text.Append(c);
            }
            else if (c == '[')
            {
                inClass = true;
                text.Append(c);
                // A ']' that comes first is itself.
                if (i + 1 < _pattern.Length && _pattern[i + 1] == '^') text.Append(_pattern[++i]);
                if (i + 1 < _pattern.Length && _pattern[i + 1] == ']') text.Append(_pattern[++i]);
            }
            else if (At(i, "(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else if (At(i, "(?P="))
            {
                int end = _pattern.IndexOf(')', i);
                if (end < 0) throw Wrong("a bracket is not closed");
                text.Append($@"(?:\k<{_pattern[(i + 4)..end]}>)");
                i = end;
            }
            else if (At(i, "(?<") && !At(i, "(?<=") && !At(i, "(?<!"))
            {
                throw Wrong("a group's name is written (?P<name>...)");
            }
            else
            {
                text.Append(At(i, "{,") ? "{0" : c.ToString());
            }
        }

        return text.ToString();
    }

    private string Escape(char c, bool inClass)
    {
        if (!char.IsAsciiLetterOrDigit(c)) return c == '_' ? "_" : $"\\{c}";
        if (c == 'Z' && !inClass) return @"\z";
        if (c == 'u' || c == 'x' || "dDsSwWafnrtv".Contains(c, StringComparison.Ordinal)) return $"\\{c}";
        if (c == 'b' || (!inClass && (c is 'A' or 'B' || char.IsAsciiDigit(c)))) return $"\\{c}";
        throw Wrong($"'\\{c}' is not read here");
    }

    private bool At(int index, string text) => string.CompareOrdinal(_pattern, index, text, 0, text.Length) == 0;

    private InputException Wrong(string reason) =>
        new($"{_place}: expected a regular expression of Python's, found '{Short()}': {reason}.");

    private string Short() => _pattern.Length > 100 ? _pattern[..100] + "..." : _pattern;
}
