using System.Text;

namespace Innate.Reports;

/// <summary>What all pages share: the head that forbids the network, title, facts, and how they come to lie on disk.</summary>
internal static class PageFrame
{
    // A fact longer than this takes a whole line.
    private const int LongFact = 36;

    /// <summary>A whole page.</summary>
    /// <param name="title">Plain text.</param>
    /// <param name="summary">Plain text, one line.</param>
    /// <param name="facts">What is worth knowing; may be empty.</param>
    /// <param name="body">Markup of what stands under the facts.</param>
    /// <param name="style">The page's own style sheet.</param>
    /// <param name="script">The page's own script.</param>
    public static string Compose(
        string title, string summary, IReadOnlyList<Fact> facts, StringBuilder body, string style, string script)
    {
        StringBuilder html = new(body.Length + (1 << 14));
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");

        // The page asks the network for nothing, and may not.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
        html.Append("style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<meta name=\"color-scheme\" content=\"light dark\"><title>").Append(Html.Escape(title)).Append("</title>");
        html.Append("<style>").Append(style).Append("</style></head><body><main>\n");
        html.Append("<header><h1>").Append(Html.Escape(title)).Append("</h1><p>").Append(Html.Escape(summary));
        html.Append("</p></header>\n");
        WriteFacts(html, facts);
        html.Append(body);
        html.Append("</main><script>").Append(script).Append("</script></body></html>\n");
        return html.ToString();
    }

    /// <summary>Writes a page; it appears under its name only when it is whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string html)
    {
        WholeFile.Write(path, Encoding.UTF8.GetBytes(html));
    }

    private static void WriteFacts(StringBuilder html, IReadOnlyList<Fact> facts)
    {
        if (facts.Count == 0) return;
        html.Append("<dl class=\"card facts\">");
        foreach (Fact fact in facts)
        {
            html.Append(fact.Value.Length > LongFact ? "<div class=\"long\"><dt>" : "<div><dt>").Append(Html.Escape(fact.Name));
            html.Append("</dt><dd>").Append(Html.Escape(fact.Value)).Append("</dd></div>");
        }

        html.Append("</dl>\n");
    }
}
