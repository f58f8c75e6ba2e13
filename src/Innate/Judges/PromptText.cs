using System.Text;

namespace Innate.Judges;

/// <summary>
/// A text with placeholders, taken apart once. What is filled in is never looked at again: a response may hold braces, or a
/// placeholder's name, and stays what it is.
/// </summary>
internal sealed class PromptText
{
    private readonly List<Part> _parts = [];

    /// <summary>The placeholders, each once.</summary>
    public IEnumerable<string> Placeholders => _parts.Where(p => p.IsPlaceholder).Select(p => p.Text).Distinct();

    /// <summary>Takes a text apart.</summary>
    /// <param name="text">Placeholders are names in braces; a brace of the text's own is written twice.</param>
    /// <param name="allowed">The placeholders' names.</param>
    /// <param name="place">What errors call the text.</param>
    /// <exception cref="InputException">An unknown placeholder, or a brace alone.</exception>
    public static PromptText Parse(string text, IReadOnlyCollection<string> allowed, string place)
    {
        PromptText parsed = new();
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is not ('{' or '}'))
            {
                literal.Append(c);
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
                continue;
            }

            int end = c == '{' ? text.IndexOfAny(['{', '}', '\n'], i + 1) : -1;
            string name = end > 0 && text[end] == '}' ? text[(i + 1)..end] : "";
            if (!allowed.Contains(name))
            {
                string found = name.Length > 0 ? $"{{{name}}}" : $"a '{c}' alone";
                throw new InputException(
                    $"{place}: expected {string.Join(", ", allowed.Select(a => $"{{{a}}}"))}, or {{{{ and }}}} for braces, "
                    + $"found {found}.");
            }

            bool isLine = (literal.Length == 0 ? parsed._parts.Count == 0 || parsed._parts[^1].HasEnd : literal[^1] == '\n')
                && (end + 1 == text.Length || text[end + 1] == '\n');
            parsed.AddLiteral(literal);
            bool hasEnd = isLine && end + 1 < text.Length;
            parsed._parts.Add(new Part(name, true, isLine, hasEnd));
            i = hasEnd ? end + 1 : end;
        }

        parsed.AddLiteral(literal);
        return parsed;
    }

    /// <summary>The text with its placeholders filled in.</summary>
    /// <param name="value">A placeholder's value; null: none, and where it stands alone on its line the line goes too.</param>
    public string Fill(Func<string, string?> value)
    {
        StringBuilder text = new();
        foreach (Part part in _parts)
        {
            string? filled = part.IsPlaceholder ? value(part.Text) : part.Text;
            text.Append(filled);
            if (filled is not null && part.HasEnd) text.Append('\n');

            // The last line has no end of its own: it goes with that of the line before.
            else if (filled is null && part.IsLine && !part.HasEnd && text.Length > 0) text.Length--;
        }

        return text.ToString();
    }

    private void AddLiteral(StringBuilder literal)
    {
        if (literal.Length > 0) _parts.Add(new Part(literal.ToString(), false, false, false));
        literal.Clear();
    }

    /// <summary>
    /// A literal, or a placeholder's name; one alone on its line takes the line's end, where there is one, with it.
    /// </summary>
    private readonly record struct Part(string Text, bool IsPlaceholder, bool IsLine, bool HasEnd);
}
