using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Innate.Reports;
using Innate.Server.Http;
using Innate.Sessions;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Operations;

/// <summary>
/// The page at <c>/</c>: one document that asks for nothing but this server's own API. Its pieces lie in <c>wwwroot</c>; the
/// look is the reports'.
/// </summary>
internal static partial class Page
{
    private const string ContentType = "text/html; charset=utf-8";

    private static readonly Lazy<byte[]> Document = new(() => Encoding.UTF8.GetBytes(Compose()));

    private static readonly Lazy<string> Policy = new(() => PolicyOf(Encoding.UTF8.GetString(Document.Value)));

    public static Task Handle(Call call)
    {
        call.Http.Response.Headers.ContentSecurityPolicy = Policy.Value;
        return Replies.Bytes(call.Http, Document.Value, ContentType, StatusCodes.Status200OK, call.Cancellation);
    }

    /// <summary>
    /// Whether a person's browser asks for the page. Without the key it gets the same 401 as any other, with a page that asks for
    /// the key in place of a sentence; the document says nothing of the model.
    /// </summary>
    public static bool IsRequestedBy(HttpRequest request) =>
        request.Path == "/" && HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers with the page under a status of refusal.</summary>
    public static Task Refuse(HttpContext http, int status)
    {
        Replies.SetHeaders(http, null);
        http.Response.Headers.ContentSecurityPolicy = Policy.Value;
        return Replies.Bytes(http, Document.Value, ContentType, status, http.RequestAborted);
    }

    private static string Compose() => Piece().Replace(Read("index.html"), match => match.Groups[1].Value switch
    {
        "house.css" => PageStyle.Base,
        string name => Read(name),
    });

    // Only the page's own script and style run, known by their digests: no markup that came in as text could bring another. The
    // one image is the icon, which the document holds.
    private static string PolicyOf(string document) =>
        $"default-src 'none'; script-src {Digests(document, Script())}; style-src {Digests(document, Style())}; "
        + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Digests(string document, Regex element) => string.Join(' ', element.Matches(document).Select(
        m => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(m.Groups[1].Value)))}'"));

    private static string Read(string name)
    {
        using StreamReader reader = new(typeof(Page).Assembly.GetManifestResourceStream($"wwwroot/{name}")!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{([\w.]+)\}\}")]
    private static partial Regex Piece();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
