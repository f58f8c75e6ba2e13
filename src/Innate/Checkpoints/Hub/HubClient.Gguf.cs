namespace Innate.Checkpoints.Hub;

/// <content>GGUF files.</content>
public sealed partial class HubClient
{
    /// <summary>
    /// Brings one GGUF file of a repository, or all its parts, into the cache. What is there already is not fetched again, and no
    /// part has its name before all are there.
    /// </summary>
    /// <param name="repo"><c>org/name</c>.</param>
    /// <param name="type">The type's name as the repository's file names have it, such as <c>Q4_K_M</c>.</param>
    /// <param name="revision">A branch, a tag or a commit hash; <c>main</c> for the newest.</param>
    /// <param name="progress">Told of every piece received; may be null.</param>
    /// <param name="ct">Cancels; a later pull goes on from there.</param>
    /// <returns>The file, or its first part, as a full path.</returns>
    /// <exception cref="InputException">The repository is not there, not allowed, or has no or several such files.</exception>
    /// <exception cref="PullException">The network or the disk failed.</exception>
    public async Task<string> PullGgufAsync(
        string repo, string type, string revision, IProgress<PullProgress>? progress, CancellationToken ct)
    {
        var (name, commit, files) = await FindAsync(repo, revision, "models", ct).ConfigureAwait(false);
        IReadOnlyList<string> chosen = GgufChoice.Of(files, type, $"{repo}@{revision}");
        (string folder, string snapshot, BlobDownload download) = Prepare(name.CacheFolder, commit);
        await PlaceAllAsync(download, name.Repo, name, commit, snapshot, chosen, progress, ct).ConfigureAwait(false);
        Refer(folder, revision, commit);
        return PathOf(snapshot, chosen[0]);
    }
}
