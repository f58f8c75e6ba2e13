using System.Text;
using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Tests.Support;
using static Innate.Tests.Checkpoints.SafetensorsFile;

namespace Innate.Tests.Checkpoints.Hub;

public sealed class HubClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalHub _hub = new();
    private readonly byte[] _weights = Bytes("{" + Vector("a", 50_000) + "}", 200_000);

    public HubClientTests()
    {
        _hub.Files["config.json"] = Encoding.UTF8.GetBytes("{}");
        _hub.Files["tokenizer.json"] = Encoding.UTF8.GetBytes("{\"x\":1}");
        _hub.Files["model.safetensors"] = _weights;
        _hub.Files["README.md"] = [1];
        _hub.Files["onnx/model.onnx"] = [1];
        _hub.Files["pytorch_model.bin"] = [1];
    }

    private string Repo => _folder["models--org--tiny"];

    private string Weights => Path.Combine(Repo, "snapshots", LocalHub.Commit, "model.safetensors");

    private string Blob => Path.Combine(Repo, "blobs", LocalHub.ETag(_weights));

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PullsWhatAModelNeedsOnce(bool links)
    {
        List<PullProgress> reports = [];
        string snapshot = await PullAsync(Settings() with { UseLinks = links }, progress: new Collector(reports));
        Assert.Equal(
            ["config.json", "model.safetensors", "tokenizer.json"],
            Directory.GetFiles(snapshot).Select(Path.GetFileName).Order());
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
        if (links && !OperatingSystem.IsWindows())
        {
            Assert.Equal($"../../blobs/{LocalHub.ETag(_weights)}", new FileInfo(Weights).LinkTarget);
        }

        Assert.Equal(LocalHub.Commit, File.ReadAllText(Path.Combine(Repo, "refs", "main")));
        Assert.Contains(new PullProgress("model.safetensors", 3, 3, _weights.Length, _weights.Length), reports);
        HubCache cache = new(_folder.Path);
        Assert.Equal(snapshot, cache.FindSnapshot("org/tiny"));
        Assert.Equal(snapshot, cache.FindSnapshot("org/tiny", LocalHub.Commit));
        Assert.Equal(snapshot, ModelFolder.Resolve("org/tiny", cache));
        Assert.Equal(snapshot, ModelFolder.Resolve("org/tiny@main", cache));
        using (Checkpoint c = Checkpoint.Open(snapshot)) Assert.Equal(50_000, c.Find("a").Shape[0]);

        _hub.Requests.Clear();
        await PullAsync();
        Assert.Equal(["GET"], _hub.Requests.Select(r => r.Method)); // The listing alone.
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Repo, "blobs")).Length);
    }

    [Fact]
    public async Task PullsTheShardsThatTheIndexNames()
    {
        _hub.Files.Remove("model.safetensors");
        _hub.Files["1.safetensors"] = Bytes("{" + Vector("a", 1) + "}", 4);
        _hub.Files["unused.safetensors"] = [1];
        _hub.Files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes("{\"weight_map\":{\"a\":\"1.safetensors\"}}");
        string snapshot = await PullAsync();
        Assert.Equal(
            ["1.safetensors", "config.json", "model.safetensors.index.json", "tokenizer.json"],
            Directory.GetFiles(snapshot).Select(Path.GetFileName).Order());
        File.Delete(Path.Combine(Repo, "blobs", LocalHub.ETag(_hub.Files["1.safetensors"])));
        Assert.Null(new HubCache(_folder.Path).FindSnapshot("org/tiny"));
        _hub.Files.Remove("1.safetensors");
        await SaysAsync(() => PullAsync(), "model.safetensors.index.json", "'1.safetensors'");
    }

    [Fact]
    public async Task GoesOnWhereADroppedConnectionStopped()
    {
        int dropped = 0;
        _hub.Intercept = r => IsWeights(r, "GET") && dropped++ == 0
            ? (LocalHub.Head("200 OK", _weights.Length), _weights[..70_000]) : null;
        await PullAsync();
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
        Assert.Equal("bytes=70000-", _hub.Requests.Last(r => IsWeights(r, "GET")).Headers["range"]);
    }

    [Fact]
    public async Task GoesOnWhereAnEarlierPullWasCancelled()
    {
        using CancellationTokenSource stop = new();
        Interrupter interrupt = new(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PullAsync(progress: interrupt, cancellation: stop.Token));
        long partial = new FileInfo(Blob + ".incomplete").Length;
        Assert.InRange(partial, 1, _weights.Length - 1);
        Assert.False(File.Exists(Weights));
        Assert.Null(new HubCache(_folder.Path).FindSnapshot("org/tiny"));
        await PullAsync();
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
        Assert.Equal($"bytes={partial}-", _hub.Requests.Last(r => IsWeights(r, "GET")).Headers["range"]);
        Assert.False(File.Exists(Blob + ".incomplete"));
    }

    [Fact]
    public async Task StartsOverWhereTheRangeIsIgnoredOrRefused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", new byte[1000]);
        _hub.Intercept = r => IsWeights(r, "GET") ? (LocalHub.Head("200 OK", _weights.Length), _weights) : null;
        await PullAsync();
        Assert.Equal(_weights, File.ReadAllBytes(Weights));

        Directory.Delete(Repo, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", new byte[1000]);
        _hub.Intercept = r => IsWeights(r, "GET") && r.Headers.ContainsKey("range")
            ? (LocalHub.Head("416 Range Not Satisfiable", 0), [])
            : null;
        await PullAsync();
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
    }

    [Fact]
    public async Task AWrongSizeLeavesNothingUnderTheFinalNames()
    {
        string tag = $"X-Linked-Etag: \"{LocalHub.ETag(_weights)}\"\r\n";
        _hub.Intercept = r => IsWeights(r, "HEAD") ? (LocalHub.Head("200 OK", 0, $"{tag}X-Linked-Size: 1000\r\n"), []) : null;
        await SaysAsync(() => PullAsync(), "org/tiny/model.safetensors", "1000");
        _hub.Intercept = r => IsWeights(r, "HEAD") ? (LocalHub.Head("200 OK", 0, $"{tag}X-Linked-Size: 999999\r\n"), []) : null;
        PullException e = await Assert.ThrowsAsync<PullException>(() => PullAsync());
        Assert.Contains("model.safetensors", e.Message, StringComparison.Ordinal);
        NothingFinal();
    }

    [Fact]
    public async Task AWrongHashLeavesNothingUnderTheFinalNames()
    {
        byte[] damaged = [.. _weights];
        damaged[^1] ^= 1;
        _hub.Intercept = r => IsWeights(r, "GET") ? (LocalHub.Head("200 OK", damaged.Length), damaged) : null;
        await SaysAsync(() => PullAsync(), "org/tiny/model.safetensors", "SHA-256", LocalHub.ETag(_weights));
        Assert.False(File.Exists(Blob + ".incomplete"));
        NothingFinal();
    }

    [Theory]
    [InlineData("401 Unauthorized", "401", "token")]
    [InlineData("403 Forbidden", "403", "HF_TOKEN")]
    [InlineData("404 Not Found", "404", "org/tiny")]
    public async Task RefusalsAreOneSentence(string status, string part, string other)
    {
        _hub.Intercept = _ => (LocalHub.Head(status, 0), []);
        await SaysAsync(() => PullAsync(), part, other);
        Assert.Single(_hub.Requests); // Not retried.
    }

    [Fact]
    public async Task ServerErrorsAreRetriedAndThenGivenUp()
    {
        int failures = 2;
        _hub.Intercept = _ => failures-- > 0 ? (LocalHub.Head("503 Service Unavailable", 0), []) : null;
        await PullAsync();
        _hub.Requests.Clear();
        _hub.Intercept = _ => (LocalHub.Head("500 Oops", 0), []);
        PullException e = await Assert.ThrowsAsync<PullException>(() => PullAsync());
        Assert.Contains("500", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, _hub.Requests.Count);
    }

    [Fact]
    public async Task ASilentServerIsGivenUp()
    {
        using System.Threading.ManualResetEventSlim quiet = new();
        _hub.Intercept = r =>
        {
            quiet.Wait(TimeSpan.FromSeconds(20));
            return null;
        };
        PullException e = await Assert.ThrowsAsync<PullException>(
            () => PullAsync(Settings() with { StallTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("no answer", e.Message, StringComparison.Ordinal);
        quiet.Set();
    }

    [Fact]
    public async Task TheTokenStaysWithTheEndpoint()
    {
        using LocalHub storage = new();
        storage.Intercept = r => (LocalHub.Head("200 OK", _weights.Length), _weights);
        _hub.RequiredToken = "secret";
        _hub.Intercept = r => !IsWeights(r, r.Method) ? null : (LocalHub.Head(
            "302 Found", 0,
            $"Location: {storage.Endpoint}store/blob\r\nX-Linked-Etag: \"{LocalHub.ETag(_weights)}\"\r\nX-Linked-Size: "
            + $"{_weights.Length}\r\n"), []);
        await SaysAsync(() => PullAsync(), "401");
        await PullAsync(Settings() with { Token = "secret" });
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
        HubRequest foreign = Assert.Single(storage.Requests);
        Assert.Equal("/store/blob", foreign.Path);
        Assert.False(foreign.Headers.ContainsKey("authorization"));
        Assert.Contains(_hub.Requests, r => IsWeights(r, "GET") && r.Headers["authorization"] == "Bearer secret");
    }

    [Theory]
    [InlineData("../evil.safetensors")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../b")]
    [InlineData("a\\\\b")]
    [InlineData("C:evil")]
    public async Task FileNamesThatLeaveTheFolderAreRefused(string name)
    {
        _hub.Files[name] = [1];
        await SaysAsync(() => PullAsync(), "org/tiny", "rfilename");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task AnETagThatIsAPathIsRefused()
    {
        _hub.Intercept = r => IsWeights(r, "HEAD") ? (LocalHub.Head("200 OK", 0, "ETag: \"../../evil\"\r\n"), []) : null;
        await SaysAsync(() => PullAsync(), "model.safetensors", "ETag");
        NothingFinal();
    }

    [Theory]
    [InlineData("[]", "sha")]
    [InlineData("{\"sha\":\"../x\"}", "sha")]
    [InlineData("{\"sha\":\"0123456789abcdef0123456789abcdef01234567\"}", "siblings")]
    [InlineData("{\"sha\":\"0123456789abcdef0123456789abcdef01234567\",\"siblings\":[1]}", "rfilename")]
    [InlineData("{", "JSON")]
    public async Task DamagedListingsAreNamed(string json, string part)
    {
        _hub.Intercept = _ => (LocalHub.Head("200 OK", json.Length), Encoding.ASCII.GetBytes(json));
        await SaysAsync(() => PullAsync(), "org/tiny", part);
    }

    [Fact]
    public async Task RepositoriesWithoutSafetensorsSaySo()
    {
        _hub.Files.Remove("model.safetensors");
        await SaysAsync(() => PullAsync(), "org/tiny", "pickled");
        _hub.Files.Remove("pytorch_model.bin");
        await SaysAsync(() => PullAsync(), "model.safetensors.index.json");
        _hub.Files.Remove("config.json");
        await SaysAsync(() => PullAsync(), "config.json");
    }

    [Fact]
    public async Task TwoPullsAtOnceBothSucceed()
    {
        await Task.WhenAll(PullAsync(), PullAsync());
        Assert.Equal(_weights, File.ReadAllBytes(Weights));
    }

    [Fact]
    public async Task OfflineAndBadNamesAreRefused()
    {
        await SaysAsync(() => PullAsync(Settings() with { Offline = true }), "HF_HUB_OFFLINE");
        using HubClient client = new(Settings());
        await SaysAsync(() => client.PullAsync("../x", "main", null, default), "'../x'");
        await SaysAsync(() => client.PullAsync("org/tiny", "../x", null, default), "'../x'");
        Assert.Empty(_hub.Requests);
    }

    private static bool IsWeights(HubRequest request, string method) =>
        request.Method == method && request.Path.EndsWith("/model.safetensors", StringComparison.Ordinal);

    private static async Task SaysAsync(Func<Task> action, params string[] parts)
    {
        string message = (await Assert.ThrowsAsync<InputException>(action)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private HubSettings Settings() => new()
    {
        CacheRoot = _folder.Path, Endpoint = _hub.Endpoint, Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(1),
        StallTimeout = TimeSpan.FromSeconds(20),
    };

    private async Task<string> PullAsync(
        HubSettings? settings = null, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        using HubClient client = new(settings ?? Settings());
        return await client.PullAsync("org/tiny", "main", progress, cancellation);
    }

    private void NothingFinal()
    {
        Assert.False(File.Exists(Blob));
        Assert.False(Path.Exists(Weights));
        Assert.False(File.Exists(Path.Combine(Repo, "refs", "main")));
    }

    private sealed class Collector(List<PullProgress> reports) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => reports.Add(value);
    }

    /// <summary>Cancels at the first piece of the weights.</summary>
    private sealed class Interrupter(CancellationTokenSource stop) : IProgress<PullProgress>
    {
        public void Report(PullProgress value)
        {
            if (value.File == "model.safetensors") stop.Cancel();
        }
    }
}
