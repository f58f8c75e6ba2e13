using System.Net;
using System.Text;
using System.Text.Json;
using Innate.Checkpoints;
using Innate.Server;
using Innate.Server.Hosting;
using Innate.Server.Models;
using Innate.Sessions;
using Innate.Tests.Cli;
using Microsoft.AspNetCore.Routing;

namespace Innate.Tests.Server;

/// <summary>A reply, read.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, HttpResponseMessage Message)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The sentence of an error.</summary>
    public string Error => Json.GetProperty("error").GetProperty("message").GetString()!;
}

/// <summary>A server of this process on a free port, and a client.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly RewardServer _server;

    private RunningServer(RewardServer server, List<string> log)
    {
        (_server, Log) = (server, log);
        Client = new HttpClient { BaseAddress = new Uri(server.Addresses[0]) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>The server's routes.</summary>
    public IEnumerable<(string Method, string Path)> Routes => _server.Routes.SelectMany(
        r => r.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => (m, r.RoutePattern.RawText!)));

    /// <summary>Failures of the server's own.</summary>
    public List<string> Log { get; }

    /// <summary>Serves the model inside, or a folder.</summary>
    public static Task<RunningServer> Start(Func<ServerOptions, ServerOptions>? with = null, string? folder = null) =>
        Start(with, options => folderOf =>
            ModelLoading.Load(folderOf is null ? options : options with { Folder = folderOf }), folder);

    /// <summary>Serves a model without weights.</summary>
    public static Task<RunningServer> Start(FakeModel model, Func<ServerOptions, ServerOptions>? with = null) =>
        Start(with, _ => _ => new ServedModel
        {
            Name = "fake",
            Folder = "fake",
            Traces = model,
            Fingerprint = new ModelFingerprint("w", "t", "c"),
        });

    /// <summary>Serves any model.</summary>
    public static Task<RunningServer> Start(ServedModel model) => Start(null, _ => _ => model);

    public Task Stop() => _server.Stop();

    public Task<Reply> Post(string path, string body, params (string Name, string Value)[] headers) =>
        Post(path, Encoding.UTF8.GetBytes(body), headers);

    public async Task<Reply> Post(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Read(await Client.SendAsync(request));
    }

    public async Task<Reply> Get(string path) => await Read(await Client.GetAsync(new Uri(path, UriKind.Relative)));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    public static async Task<Reply> Read(HttpResponseMessage message) =>
        new(message.StatusCode, await message.Content.ReadAsStringAsync(), message);

    private static async Task<RunningServer> Start(
        Func<ServerOptions, ServerOptions>? with, Func<ServerOptions, ModelLoader> load, string? folder = null)
    {
        ServerOptions options = new() { Folder = folder ?? EmbeddedModel.Folder, Urls = "http://127.0.0.1:0", Threads = 2 };
        options = with?.Invoke(options) ?? options;
        List<string> log = [];
        return new RunningServer(await RewardServer.Start(options, load(options), log.Add), log);
    }
}

/// <summary>One server of the model inside for all tests that only ask.</summary>
public sealed class TinyServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RunningServer.Start();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
