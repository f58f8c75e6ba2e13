using System.Text;

namespace Innate.Reports;

/// <summary>One answer under what was asked.</summary>
/// <param name="Prompt">What was asked; may be empty.</param>
/// <param name="Response">The answer.</param>
internal sealed record SampleText(string Prompt, TokenText Response) : IPagePart
{
    /// <inheritdoc/>
    public void Write(StringBuilder html)
    {
        html.Append("<div class=\"pair\" data-part=\"sample\">");
        if (Prompt.Length > 0)
        {
            html.Append("<div class=\"asked\"><h4>prompt</h4><div class=\"text\" dir=\"auto\">").Append(Html.Escape(Prompt));
            html.Append("</div></div>");
        }

        html.Append("<div><h4>response</h4>");
        Response.Write(html);
        html.Append("</div></div>\n");
    }
}
