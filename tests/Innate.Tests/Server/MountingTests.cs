using System.Net;
using System.Text;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Innate.Tests.Server;

/// <summary>The server as part of another app: its routes under a prefix, the app's own beside them.</summary>
public sealed class MountingTests : IAsyncLifetime, IDisposable
{
    private const string Row = """{"prompt":"What is 47 + 85?","response":"132"}""";

    private WebApplication _app = null!;
    private readonly HttpClient _client = new();

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddInnateServer(new ServerOptions { Folder = EmbeddedModel.Folder, ApiKeys = ["sesame"], Threads = 1 });
        _app = builder.Build();
        _app.UseRequestTimeouts();
        _app.MapGet("/", () => "the app's own");
        _app.MapGroup("/innate").MapInnate();
        await _app.StartAsync();
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _client.BaseAddress = new Uri(address);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Its_routes_need_its_key_and_the_app_s_own_do_not()
    {
        Reply own = await Send(HttpMethod.Get, "/");
        Assert.Equal((HttpStatusCode.OK, "the app's own"), (own.Status, own.Body));
        Assert.False(own.Message.Headers.Contains("X-Innate-Fingerprint"));
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, "/v1/status")).Status);
        Reply refused = await Send(HttpMethod.Post, "/innate/v1/rewards", Row);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.StartsWith("this server needs a key", refused.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(HttpMethod.Get, "/innate/metrics")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get, "/innate/health")).Status);
    }

    [Fact]
    public async Task Its_replies_and_errors_are_the_server_s()
    {
        await using RunningServer alone = await RunningServer.Start();
        Reply here = await Send(HttpMethod.Post, "/innate/v1/rewards", Row, "sesame");
        Assert.Equal((await alone.Post("/v1/rewards", Row)).Body, here.Body);
        Assert.True(here.Message.Headers.Contains("X-Innate-Fingerprint"));
        Reply bad = await Send(HttpMethod.Post, "/innate/v1/rewards", """{"prompt":"a","response":5}""", "sesame");
        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
        Assert.Equal((await alone.Post("/v1/rewards", """{"prompt":"a","response":5}""")).Error, bad.Error);
    }

    [Fact]
    public async Task Its_status_counts_its_requests_alone_and_its_description_names_its_routes_alone()
    {
        await Send(HttpMethod.Get, "/");
        await Send(HttpMethod.Post, "/innate/tokenize", """{"prompt":"a"}""", "sesame");
        JsonElement status = (await Send(HttpMethod.Get, "/innate/v1/status", null, "sesame")).Json;
        Assert.Equal("""[{"route":"/innate/tokenize","answered":1,"errors":0}]""", status.GetProperty("requests").GetRawText());
        JsonElement paths = (await Send(HttpMethod.Get, "/innate/openapi.json", null, "sesame")).Json.GetProperty("paths");
        Assert.All(paths.EnumerateObject(), p => Assert.StartsWith("/innate", p.Name, StringComparison.Ordinal));
        Assert.Contains("innate_queue_sequences{", (await Send(HttpMethod.Get, "/innate/metrics", null, "sesame")).Body,
            StringComparison.Ordinal);
    }

    private async Task<Reply> Send(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        return await RunningServer.Read(await _client.SendAsync(request));
    }
}
