using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Server.Access;

/// <summary>Who may call which routes, as ASP.NET's authorization policies.</summary>
internal static class AccessPolicies
{
    /// <summary>A key where the server has keys, and no page of another site where it has none: all routes but one.</summary>
    public const string Key = "Innate.Key";

    /// <summary>No key: <c>/health</c> alone.</summary>
    public const string Open = "Innate.Open";

    public static void AddTo(IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, KeyAuthenticationHandler>(KeyAuthenticationHandler.SchemeName, null);
        services.AddSingleton<IAuthorizationHandler, OwnPagesHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Key, KeyPolicy())
            .AddPolicy(Open, policy => policy
                .AddAuthenticationSchemes(KeyAuthenticationHandler.SchemeName)
                .AddRequirements(new OwnPagesRequirement()));
    }

    /// <summary>The policy <see cref="Key"/>.</summary>
    public static AuthorizationPolicy KeyPolicy() => new AuthorizationPolicyBuilder(KeyAuthenticationHandler.SchemeName)
        .RequireAuthenticatedUser()
        .AddRequirements(new OwnPagesRequirement())
        .Build();
}
