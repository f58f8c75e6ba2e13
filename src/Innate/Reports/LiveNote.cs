using System.Text;

namespace Innate.Reports;

/// <summary>Says that a page is of something that goes on, and reads it again now and then; the reader can stop that.</summary>
/// <param name="Text">What goes on.</param>
internal sealed record LiveNote(string Text) : IPagePart
{
    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        html.Append("<p class=\"prose\" data-part=\"live\">").Append(Html.Escape(Text));
        html.Append(" <label><input type=\"checkbox\" checked> read this page again every 10 seconds</label></p>\n");
    }
}
