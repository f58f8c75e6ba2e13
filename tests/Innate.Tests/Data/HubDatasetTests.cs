using System.Text;
using Innate.Checkpoints.Hub;
using Innate.Data;
using Innate.Tests.Checkpoints.Hub;
using Innate.Tests.Support;

namespace Innate.Tests.Data;

public sealed class HubDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalHub _hub = new();

    public HubDatasetTests()
    {
        Add("README.md", "---\nconfigs:\n- config_name: main\n  data_files:\n  - split: train\n    path: main/train-*\n"
            + "  - split: test\n    path: main/test-*\n---\n");
        Add("main/train-00000-of-00002.jsonl", "{\"n\":1}\n");
        Add("main/train-00001-of-00002.jsonl", "{\"n\":2}\n");
        Add("main/test-00000-of-00001.csv", "score\n3\n");
        Add("image.png", "x");
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_split_is_fetched_alone_and_then_the_rest()
    {
        string snapshot = await PullAsync("main", "test");
        Assert.Equal(["README.md", "main/test-00000-of-00001.csv"], Files(snapshot));
        Assert.Equal(["{\"score\":3}"], TableFile.Rows(snapshot + "#test"));
        Assert.Contains(
            "expected files of the split 'train' of the subset 'main', found none",
            Assert.Throws<InputException>(() => TableFile.Rows(snapshot)).Message, StringComparison.Ordinal);

        await PullAsync(null, null);
        Assert.Equal(["{\"n\":1}", "{\"n\":2}"], TableFile.Rows(snapshot));
        Assert.Equal(snapshot, new HubCache(_folder.Path).FindDataset("org/tiny"));
        Assert.StartsWith(_folder["datasets--org--tiny"], snapshot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_was_cut_short_does_not_pass_for_the_whole()
    {
        await PullAsync("main", "test");
        _hub.Intercept = r => r.Path.EndsWith("00001-of-00002.jsonl", StringComparison.Ordinal)
            ? (LocalHub.Head("404 Not Found", 0), [])
            : null;
        await Assert.ThrowsAsync<InputException>(() => PullAsync("main", "train"));
        string snapshot = new HubCache(_folder.Path).FindDataset("org/tiny")!;
        Assert.Equal(["README.md", "main/test-00000-of-00001.csv"], Files(snapshot));
    }

    [Fact]
    public async Task A_part_that_there_is_not_is_told_before_anything_is_fetched()
    {
        InputException e = await Assert.ThrowsAsync<InputException>(() => PullAsync("other", null));
        Assert.Equal("org/tiny: expected one of the subsets main, found 'other'.", e.Message);
    }

    [Fact]
    public async Task Nothing_is_fetched_offline()
    {
        using HubClient client = new(Settings() with { Offline = true });
        InputException e = await Assert.ThrowsAsync<InputException>(
            () => client.PullDatasetAsync("org/tiny", "main", (f, _) => [.. f], null, default));
        Assert.Contains("HF_HUB_OFFLINE", e.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    private void Add(string name, string text) => _hub.Files[name] = Encoding.UTF8.GetBytes(text);

    private static IEnumerable<string> Files(string snapshot) =>
        Directory.GetFiles(snapshot, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(snapshot, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private async Task<string> PullAsync(string? subset, string? split)
    {
        using HubClient client = new(Settings());
        return await client.PullDatasetAsync(
            "org/tiny", "main", (files, readme) => DataFiles.Choose("org/tiny", files, readme, subset, split), null, default);
    }

    private HubSettings Settings() => new()
    {
        CacheRoot = _folder.Path, Endpoint = _hub.Endpoint, Attempts = 2, FirstPause = TimeSpan.FromMilliseconds(1),
    };
}
