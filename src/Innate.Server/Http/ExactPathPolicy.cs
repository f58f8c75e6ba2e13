using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Innate.Server.Http;

/// <summary>
/// ASP.NET matches paths in any case; the dialects know theirs in one. A path that is written otherwise is none of them, and so
/// needs a key like every unknown path.
/// </summary>
internal sealed class ExactPathPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    // After the policies for methods and content types.
    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(e => e.Metadata.GetMetadata<RouteMark>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (int i = 0; i < candidates.Count; i++)
        {
            Endpoint endpoint = candidates[i].Endpoint;
            bool isOurs = endpoint.Metadata.GetMetadata<RouteMark>() is not null;
            if (isOurs && !IsPathOf(endpoint, httpContext)) candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a request's path is the route's, letter by letter.</summary>
    public static bool IsPathOf(Endpoint endpoint, HttpContext http) =>
        endpoint is RouteEndpoint route && Trimmed(route.RoutePattern.RawText) == Trimmed(http.Request.Path.Value);

    // A slash at the end is not looked at.
    private static string Trimmed(string? path) => path is null ? "" : path.TrimEnd('/');
}
