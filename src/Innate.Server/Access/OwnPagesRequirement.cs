using System.Net;
using Innate.Server.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Innate.Server.Access;

/// <summary>
/// A page of another site, open in this machine's browser, must not use a server that asks for no key: browsers say where a
/// request comes from, and a host name that was made to point here is not one of ours.
/// </summary>
internal sealed class OwnPagesRequirement : IAuthorizationRequirement;

/// <summary>Decides on <see cref="OwnPagesRequirement"/>.</summary>
internal sealed class OwnPagesHandler(ServerState server) : AuthorizationHandler<OwnPagesRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnPagesRequirement requirement)
    {
        if (context.Resource is HttpContext http
            && (server.Keys.AreRequired || (!IsOfAnotherSite(http) && !IsUnderAnotherName(http))))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

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
