using System.Security.Claims;
using System.Text.Encodings.Web;
using Innate.Server.Hosting;
using Innate.Server.Http;
using Innate.Server.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Innate.Server.Access;

/// <summary>
/// Authenticates a request by its bearer key. A server without keys knows everyone, so that a refusal of its policies is a 403
/// and asks for no key.
/// </summary>
internal sealed class KeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ServerState server)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "InnateKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (server.Keys.AreRequired && !server.Keys.Contain(Request.Headers.Authorization))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        ClaimsPrincipal client = new(new ClaimsIdentity(SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(client, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Page.IsRequestedBy(Request)
            ? Page.Refuse(Context, StatusCodes.Status401Unauthorized)
            : Refuse(StatusCodes.Status401Unauthorized, "this server needs a key: Authorization: Bearer KEY");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refuse(
        StatusCodes.Status403Forbidden, "without a key this server answers no pages of other sites, and only its own address");

    // Who has no key does not learn which model is served.
    private Task Refuse(int status, string message) => Replies.Error(Context, status, message, fingerprint: null);
}
