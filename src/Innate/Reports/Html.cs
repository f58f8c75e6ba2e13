using System.Text;

namespace Innate.Reports;

/// <summary>Text as a page may hold it.</summary>
internal static class Html
{
    /// <summary>The style's variable for the strength of a colour, 0 to 1, which the style sheet mixes colours by.</summary>
    public static readonly string Heat = $"{new string('-', 2)}h:";

    /// <summary>Text in which nothing is markup, for elements and quoted attributes; control characters become visible.</summary>
    public static string Escape(string text)
    {
        StringBuilder html = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': html.Append("&amp;"); break;
                case '<': html.Append("&lt;"); break;
                case '>': html.Append("&gt;"); break;
                case '"': html.Append("&quot;"); break;
                case '\'': html.Append("&#39;"); break;
                case '\n' or '\t': html.Append((char)rune.Value); break;
                case < 0x20: html.Append((char)(0x2400 + rune.Value)); break; // the control pictures
                case (>= 0x7f and < 0xa0) or (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069):
                    html.Append('·'); // controls, and marks that would reorder what stands after them
                    break;
                default: html.Append(rune.ToString()); break;
            }
        }

        return html.ToString();
    }

    /// <summary>Opens a box that may be wider than the page: the keyboard scrolls it too, and it says what it is.</summary>
    /// <param name="html">The page.</param>
    /// <param name="name">What it holds.</param>
    public static void OpenScroll(StringBuilder html, string name) =>
        html.Append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"").Append(Escape(name)).Append("\">");
}
