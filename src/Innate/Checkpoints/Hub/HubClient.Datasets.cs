namespace Innate.Checkpoints.Hub;

/// <content>Datasets.</content>
public sealed partial class HubClient
{
    private const string Readme = "README.md";

    /// <summary>
    /// Brings a dataset into the cache: its README and the files that are chosen of it. What is there already is not fetched
    /// again, and no file has its name before all are there: a pull that was cut short does not pass for the whole.
    /// </summary>
    /// <param name="repo"><c>org/name</c>.</param>
    /// <param name="revision">A branch, a tag or a commit hash; <c>main</c> for the newest.</param>
    /// <param name="choose">Of all files and the README's text (null: there is none), those that are wanted.</param>
    /// <param name="progress">Told of every piece received; may be null.</param>
    /// <param name="ct">Cancels; a later pull goes on from there.</param>
    /// <returns>The snapshot folder, as a full path.</returns>
    /// <exception cref="InputException">The dataset is not there, not allowed, or came damaged.</exception>
    /// <exception cref="PullException">The network or the disk failed.</exception>
    public async Task<string> PullDatasetAsync(
        string repo, string revision, Func<IReadOnlyCollection<string>, string?, IReadOnlyList<string>> choose,
        IProgress<PullProgress>? progress, CancellationToken ct)
    {
        var (name, commit, files) = await FindAsync(repo, revision, "datasets", ct).ConfigureAwait(false);
        (string folder, string snapshot, BlobDownload download) = Prepare(name.DatasetCacheFolder, commit);
        string? text = null;
        if (files.Contains(Readme))
        {
            string blob = await BlobAsync(
                download, $"datasets/{name.Repo}", name, commit, Readme, 1, 1, progress, ct).ConfigureAwait(false);
            Place(snapshot, Readme, blob);
            text = System.Text.Encoding.UTF8.GetString(FileBytes.ReadSmall(Path.Combine(snapshot, Readme), 16 << 20));
        }

        await PlaceAllAsync(
            download, $"datasets/{name.Repo}", name, commit, snapshot, choose(files, text), progress, ct).ConfigureAwait(false);
        Refer(folder, revision, commit);
        return snapshot;
    }

    /// <summary>Fetches what is not there yet; no file has its name before all have come.</summary>
    private async Task PlaceAllAsync(
        BlobDownload download, string place, HubName name, string commit, string snapshot, IReadOnlyList<string> files,
        IProgress<PullProgress>? progress, CancellationToken ct)
    {
        List<string> wanted = [.. files.Where(f => !FileBytes.Exists(PathOf(snapshot, f)))];
        List<string> blobs = [];
        foreach (string file in wanted)
        {
            blobs.Add(await BlobAsync(
                download, place, name, commit, file, blobs.Count + 1, wanted.Count, progress, ct).ConfigureAwait(false));
        }

        for (int i = 0; i < wanted.Count; i++) Place(snapshot, wanted[i], blobs[i]);
    }

    private Task<string> BlobAsync(
        BlobDownload download, string place, HubName name, string commit, string file, int number, int count,
        IProgress<PullProgress>? progress, CancellationToken ct)
    {
        string escaped = string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
        Uri address = new($"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{place}/resolve/{commit}/{escaped}");
        return download.FetchAsync(
            address, $"{name.Repo}/{file}", commit,
            (received, size) => progress?.Report(new PullProgress(file, number, count, received, size)), ct);
    }

    // Names come from a listing whose paths were checked: they stay within the snapshot.
    private static string PathOf(string snapshot, string file) => Path.Combine([snapshot, .. file.Split('/')]);

    private void Place(string snapshot, string file, string blob)
    {
        string link = PathOf(snapshot, file);
        OnDisk(link, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            Link(link, blob);
        });
    }
}
