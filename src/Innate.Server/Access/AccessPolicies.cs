using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Server.Access;

/// <summary>Who may call which routes, as ASP.NET's authorization policies.</summary>
internal static class AccessPolicies
{
    /// <summary>A key where the server has keys, and no page of another site where it has none: all routes but one.</summary>
    public const string Key = "Innate.Key";

    /// <summary>The one path that needs no key.</summary>
    public const string OpenPath = "/health";

    /// <summary>No key: <see cref="OpenPath"/> alone.</summary>
    public const string Open = "Innate.Open";

    public static void AddTo(IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, KeyAuthenticationHandler>(KeyAuthenticationHandler.SchemeName, null);
        services.AddSingleton<IAuthorizationHandler, OwnPagesHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Key, policy => policy
                .AddAuthenticationSchemes(KeyAuthenticationHandler.SchemeName)
                .RequireAuthenticatedUser()
                .AddRequirements(new OwnPagesRequirement()))
            .AddPolicy(Open, policy => policy
                .AddAuthenticationSchemes(KeyAuthenticationHandler.SchemeName)
                .AddRequirements(new OwnPagesRequirement()));
    }

    /// <summary>
    /// Of what no route takes, where the server has the app to itself: unknown paths need a key, and only then are told to be
    /// unknown. A method that the open path does not take is told so without one.
    /// </summary>
    public static AuthorizationPolicy Unrouted() => new AuthorizationPolicyBuilder(KeyAuthenticationHandler.SchemeName)
        .RequireAssertion(context => context.User.Identity is { IsAuthenticated: true }
            || (context.Resource is HttpContext http && http.Request.Path.Value?.TrimEnd('/') == OpenPath))
        .AddRequirements(new OwnPagesRequirement())
        .Build();
}
