using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Server;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Examples;

/// <summary>The whole server as routes of an app, behind the app's own authentication.</summary>
public static class ServerInAnApp
{
    public static async Task RunAsync(TextWriter output)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // logins of this run alone
        builder.Services.AddAuthentication().AddBearerToken();
        builder.Services.AddAuthorization();
        builder.Services.AddInnateServer(new ServerOptions { Folder = EmbeddedModel.Folder }); // or any checkpoint's

        await using WebApplication app = builder.Build();
        const string Scheme = BearerTokenDefaults.AuthenticationScheme;
        app.MapPost("/login", () => Results.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada")], Scheme)), authenticationScheme: Scheme));
        app.MapGroup("/innate").MapInnate().RequireAuthorization();
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var row = new { prompt = "What is 47 + 85?", responses = new[] { "132", "122" } };
        HttpResponseMessage stranger = await client.PostAsJsonAsync("/innate/v1/rewards", row);
        await output.WriteLineAsync($"a stranger: {(int)stranger.StatusCode}");

        HttpResponseMessage login = await client.PostAsync(new Uri("/login", UriKind.Relative), null);
        JsonElement token = await login.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("accessToken").GetString());
        HttpResponseMessage known = await client.PostAsJsonAsync("/innate/v1/rewards", row);
        JsonElement reply = await known.Content.ReadFromJsonAsync<JsonElement>();
        await output.WriteLineAsync($"ada: {(int)known.StatusCode} {reply.GetProperty("rewards")}");
    }
}
