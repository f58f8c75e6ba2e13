using Innate.Checkpoints.Hub;
using Innate.Tests.Support;

namespace Innate.Tests.Checkpoints.Hub;

public sealed class HubCacheTests : IDisposable
{
    private const string Commit = LocalHub.Commit;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/u/.cache/huggingface/hub")]
    [InlineData("/x/huggingface/hub", "XDG_CACHE_HOME=/x")]
    [InlineData("/h/hub", "XDG_CACHE_HOME=/x", "HF_HOME=/h")]
    [InlineData("/u/h/hub", "HF_HOME=~/h")]
    [InlineData("/c", "XDG_CACHE_HOME=/x", "HF_HOME=/h", "HF_HUB_CACHE=/c")]
    [InlineData("/h/hub", "HF_HOME=/h", "HF_HUB_CACHE=")]
    public void TheEnvironmentSaysWhereTheCacheIs(string root, params string[] variables)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(root, Read(["HOME=/u", .. variables]).CacheRoot);
    }

    [Fact]
    public void TheTokenAndTheEndpointComeFromTheEnvironment()
    {
        File.WriteAllText(_folder["token"], "from-file\n");
        Assert.Equal("from-file", Read($"HF_HOME={_folder.Path}").Token);
        Assert.Equal("given", Read($"HF_HOME={_folder.Path}", "HF_TOKEN= given ").Token);
        Assert.Null(Read($"HF_HOME={_folder["nowhere"]}").Token);
        Assert.Equal("https://huggingface.co/", Read("HF_HOME=/h").Endpoint.AbsoluteUri);
        Assert.Equal("http://mirror:8080/", Read("HF_HOME=/h", "HF_ENDPOINT=http://mirror:8080/").Endpoint.AbsoluteUri);
        Assert.Contains(
            "HF_ENDPOINT", Assert.Throws<InputException>(() => Read("HF_HOME=/h", "HF_ENDPOINT=mirror")).Message,
            StringComparison.Ordinal);
        Assert.True(Read("HF_HOME=/h", "HF_HUB_OFFLINE=1").Offline);
    }

    [Fact]
    public void ASnapshotCountsOnlyWhenComplete()
    {
        HubCache cache = new(_folder.Path);
        Assert.Null(cache.FindSnapshot("org/name"));
        string snapshot = Directory.CreateDirectory(_folder[$"models--org--name/snapshots/{Commit}"]).FullName;
        Directory.CreateDirectory(_folder["models--org--name/refs/refs/pr"]);
        File.WriteAllText(_folder["models--org--name/refs/main"], Commit);
        File.WriteAllText(_folder["models--org--name/refs/refs/pr/1"], Commit + "\n");
        Assert.Null(cache.FindSnapshot("org/name"));
        File.WriteAllText(Path.Combine(snapshot, "config.json"), "{}");
        Assert.Null(cache.FindSnapshot("org/name"));
        File.WriteAllText(Path.Combine(snapshot, "model.safetensors"), "");
        Assert.Equal(snapshot, cache.FindSnapshot("org/name"));
        Assert.Equal(snapshot, cache.FindSnapshot("org/name", "refs/pr/1"));
        Assert.Equal(snapshot, cache.FindSnapshot("org/name", Commit));
        Assert.Null(cache.FindSnapshot("org/name", "other"));
        File.WriteAllText(_folder["models--org--name/refs/main"], "../../..");
        Assert.Null(cache.FindSnapshot("org/name"));
    }

    [Fact]
    public void AnExistingFolderWinsAndTheRestIsExplained()
    {
        HubCache cache = new(_folder.Path);
        Assert.Equal(_folder.Path, ModelFolder.Resolve(_folder.Path, cache));
        string message = Assert.Throws<InputException>(() => ModelFolder.Resolve("org/name", cache)).Message;
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
        Assert.Contains("innate pull org/name", message, StringComparison.Ordinal);
        Assert.Contains(
            "'/no/such/folder'",
            Assert.Throws<InputException>(() => ModelFolder.Resolve("/no/such/folder", cache)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org/../x")]
    [InlineData("a/b/c")]
    [InlineData("")]
    [InlineData("org/")]
    [InlineData("org/a--b")]
    [InlineData("org/a b")]
    [InlineData("-org/a")]
    public void MalformedNamesAreRefused(string repo) =>
        Assert.Contains(
            $"'{repo}'", Assert.Throws<InputException>(() => new HubCache(_folder.Path).FindSnapshot(repo)).Message,
            StringComparison.Ordinal);

    private static HubSettings Read(params string[] variables) =>
        HubSettings.FromEnvironment(
            name => Array.Find(variables, v => v.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]);
}
