using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Innate.Checkpoints;
using Innate.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Innate.Tests.Server;

/// <summary>The server's routes behind the authentication of the app that mounts them.</summary>
public sealed class AppAuthenticationTests
{
    private const string Row = """{"prompt":"What is 47 + 85?","response":"132"}""";

    [Fact]
    public async Task Every_route_answers_401_to_a_stranger_and_works_for_the_app_s_own_users()
    {
        await using WebApplication app = await Start(new ServerOptions { Folder = EmbeddedModel.Folder, Threads = 1 });
        (string Method, string Path)[] routes = [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>().SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(m => (m, e.RoutePattern.RawText!)))];
        Assert.Contains(("POST", "/innate/v1/rewards"), routes);
        Assert.Contains(("GET", "/innate/health"), routes);
        Assert.True(routes.Length > 25);
        using var client = new HttpClient { BaseAddress = Address(app) };
        foreach ((string method, string path) in routes)
        {
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await Ask(client, method, path, user: null)));
            if (!path.EndsWith("/v1/reload", StringComparison.Ordinal))
            {
                Assert.NotEqual((path, HttpStatusCode.Unauthorized), (path, await Ask(client, method, path, "ada")));
            }
        }

        Assert.Equal(HttpStatusCode.OK, await Ask(client, "POST", "/innate/v1/rewards", "ada"));
        Assert.Equal(HttpStatusCode.OK, await Ask(client, "GET", "/innate/metrics", "ada"));
    }

    [Fact]
    public async Task The_app_decides_who_may_come_from_where_and_the_server_s_own_key_is_asked_for_beside_it()
    {
        await using WebApplication app = await Start(
            new ServerOptions { Folder = EmbeddedModel.Folder, Threads = 1, ApiKeys = ["sesame"] });
        using var client = new HttpClient { BaseAddress = Address(app) };
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(client, "POST", "/innate/v1/rewards", user: null, key: "sesame"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(client, "POST", "/innate/v1/rewards", "ada"));
        Assert.Equal(HttpStatusCode.OK, await Ask(client, "POST", "/innate/v1/rewards", "ada", "sesame"));
        await using WebApplication keyless = await Start(new ServerOptions { Folder = EmbeddedModel.Folder, Threads = 1 });
        using var proxied = new HttpClient { BaseAddress = Address(keyless) };
        proxied.DefaultRequestHeaders.Host = "rewards.example";
        Assert.Equal(HttpStatusCode.OK, await Ask(proxied, "POST", "/innate/v1/rewards", "ada"));
    }

    [Fact]
    public async Task An_app_with_metrics_of_its_own_leaves_out_the_server_s()
    {
        await using WebApplication app = await Start(
            new ServerOptions { Folder = EmbeddedModel.Folder, Threads = 1, Metrics = false });
        using var client = new HttpClient { BaseAddress = Address(app) };
        Assert.Equal(HttpStatusCode.NotFound, await Ask(client, "GET", "/innate/metrics", "ada"));
        Assert.DoesNotContain(app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(),
            s => s.GetType().Namespace!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_models_in_one_app_and_routes_without_services_are_each_told_in_a_sentence()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddInnateServer(new ServerOptions { Folder = "one" });
        InputException twice = Assert.Throws<InputException>(
            () => builder.Services.AddInnateServer(new ServerOptions { Folder = "two" }));
        Assert.Equal("AddInnateServer: an app serves one model, and one is served already, found two too; call it once, and run "
            + "`innate serve` beside the app for another model.", twice.Message);
        WebApplication bare = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("call builder.Services.AddInnateServer", Assert.Throws<InputException>(() => bare.MapInnate()).Message,
            StringComparison.Ordinal);
    }

    private static async Task<WebApplication> Start(ServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // One scheme and no default, as ASP.NET allows where there is no other: the server must add none.
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, UserHeader>("Users", null);
        builder.Services.AddAuthorization();
        builder.Services.AddInnateServer(options);
        WebApplication app = builder.Build();
        app.MapGroup("/innate").MapInnate().RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static async Task<HttpStatusCode> Ask(HttpClient client, string method, string path, string? user, string? key = null)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent(Row, Encoding.UTF8, "application/json");
        if (user is not null) request.Headers.Add("X-User", user);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        using HttpResponseMessage reply = await client.SendAsync(request);
        return reply.StatusCode;
    }

    private sealed class UserHeader(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string? user = Request.Headers["X-User"];
            return Task.FromResult(user is null
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], Scheme.Name)), Scheme.Name)));
        }
    }
}
