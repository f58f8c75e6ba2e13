using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Innate.Server.Http;

/// <summary>Marks the server's own routes.</summary>
/// <param name="IsWork">Whether it asks the model; others look after the server, and its latencies leave them out.</param>
internal sealed record RouteMark(bool IsWork);

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
            if (candidates[i].Endpoint is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<RouteMark>() is not null
                && Trimmed(endpoint.RoutePattern.RawText) != Trimmed(httpContext.Request.Path.Value))
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    private static string Trimmed(string? path) => "/" + path?.Trim('/');
}
