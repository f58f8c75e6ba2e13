using System.Net;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Operations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Access;

/// <summary>
/// Who may call which routes. A server with keys asks for one. One without keys answers no page of another site: such a page,
/// open in this machine's browser, must not use it. Browsers say where a request comes from, and a host name that was made to
/// point here is not one of ours. Where the app that mounts the routes has put its own authorization before them, that decides
/// who comes this far, and a key, where there are some, is asked for beside it. No authentication scheme and no policy of the
/// app is touched.
/// </summary>
internal static class AccessRules
{
    /// <summary>The one path that needs no key.</summary>
    public const string OpenPath = "/health";

    /// <summary>Answers a request that may not pass; who has no key does not learn which model is served.</summary>
    /// <param name="http">The request.</param>
    /// <param name="server">Has the keys.</param>
    /// <param name="needsKey">Whether what is asked for needs a key where there are keys.</param>
    /// <returns>Whether it was refused, and answered.</returns>
    public static async Task<bool> Refuse(HttpContext http, ServerState server, bool needsKey)
    {
        if (server.Keys.AreRequired)
        {
            if (!needsKey || server.Keys.Contain(http.Request.Headers.Authorization)) return false;
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await (Page.IsRequestedBy(http.Request)
                ? Page.Refuse(http, StatusCodes.Status401Unauthorized)
                : Replies.Error(http, StatusCodes.Status401Unauthorized,
                    "this server needs a key: Authorization: Bearer KEY", fingerprint: null));
            return true;
        }

        if (IsAuthorizedByTheApp(http) || (!IsOfAnotherSite(http) && !IsUnderAnotherName(http))) return false;
        await Replies.Error(http, StatusCodes.Status403Forbidden,
            "without a key this server answers no pages of other sites, and only its own address", fingerprint: null);
        return true;
    }

    // ASP.NET refuses to run an endpoint with such metadata where no authorization middleware stood before it.
    private static bool IsAuthorizedByTheApp(HttpContext http) => http.GetEndpoint() is { } endpoint
        && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private static bool IsOfAnotherSite(HttpContext http)
    {
        string? origin = http.Request.Headers.Origin;
        return origin is not (null or "")
            && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == http.Request.Host.Value);
    }

    // Where both ends are this machine, only its own names are.
    private static bool IsUnderAnotherName(HttpContext http) =>
        http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && http.Request.Host.Host is { Length: > 0 } host && host != "localhost"
        && !(IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? named) && IPAddress.IsLoopback(named));
}
