using Innate.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Server.Access;

/// <summary><see cref="AccessRules"/> before a route's handler.</summary>
/// <param name="needsKey">Whether the route needs a key where there are keys.</param>
internal sealed class AccessFilter(bool needsKey) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        ServerState server = http.RequestServices.GetRequiredService<ServerState>();
        return await AccessRules.Refuse(http, server, needsKey) ? Results.Empty : await next(context);
    }
}
