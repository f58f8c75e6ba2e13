using System.Text;

namespace Innate.Reports;

/// <summary>One page of HTML that needs nothing beside it: title, facts, sections in order; light and dark.</summary>
/// <param name="Title">What was done, in a few words.</param>
/// <param name="Summary">What came of it, in a line.</param>
/// <param name="Facts">Model, data, options, versions.</param>
/// <param name="Sections">The rest; from three on, a list of contents leads to them.</param>
internal sealed record ReportPage(
    string Title, string Summary, IReadOnlyList<Fact> Facts, IReadOnlyList<Section> Sections)
{
    internal const string Style = PageStyle.Base + PageStyle.Charts + PageStyle.Tokens + PartStyle.All + PageStyle.Print;

    /// <summary>The page; the same for the same content, byte for byte.</summary>
    /// <exception cref="ArgumentException">A section's id is no anchor, or two have the same.</exception>
    public string ToHtml()
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (Section section in Sections)
        {
            if (!Section.IsId(section.Id) || !ids.Add(section.Id))
            {
                throw new ArgumentException(
                    $"A section's id is made of a-z, 0-9 and '-' and is the only one of its kind, but one is '{section.Id}'.");
            }
        }

        StringBuilder body = new(1 << 16);
        if (Sections.Count >= 3) WriteContents(body);
        foreach (Section section in Sections) WriteSection(body, section);
        return PageFrame.Compose(Title, Summary, Facts, body, Style, PartScript.All);
    }

    /// <summary>Writes the page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => PageFrame.Write(path, ToHtml());

    private void WriteContents(StringBuilder html)
    {
        html.Append("<nav aria-label=\"Contents\">");
        foreach (Section section in Sections)
        {
            html.Append("<a href=\"#").Append(section.Id).Append("\">").Append(Html.Escape(section.Title)).Append("</a>");
        }

        html.Append("</nav>\n");
    }

    private static void WriteSection(StringBuilder html, Section section)
    {
        html.Append("<section id=\"").Append(section.Id).Append("\"><h2>").Append(Html.Escape(section.Title)).Append("</h2>");
        if (section.Note.Length > 0) html.Append("<p class=\"prose\">").Append(Html.Escape(section.Note)).Append("</p>");
        html.Append('\n');
        foreach (IPagePart part in section.Parts) part.Write(html);
        html.Append("</section>\n");
    }
}
