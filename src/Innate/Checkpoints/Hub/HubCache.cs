namespace Innate.Checkpoints.Hub;

/// <summary>
/// The model cache that Hugging Face tools share: <c>models--org--name/refs/REVISION</c> names a commit,
/// <c>snapshots/COMMIT/</c> holds its files as links into <c>blobs/</c>.
/// </summary>
public sealed class HubCache
{
    internal HubCache(string root) => Root = root;

    /// <summary>The cache's folder, as a full path; it need not exist.</summary>
    public string Root { get; }

    /// <summary>
    /// The cache of this user: <c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>XDG_CACHE_HOME/huggingface/hub</c>, else
    /// <c>~/.cache/huggingface/hub</c>.
    /// </summary>
    public static HubCache FromEnvironment() => new(HubSettings.FromEnvironment().CacheRoot);

    /// <summary>The folder of a model's files; null where the cache does not have its config and all its weights.</summary>
    /// <param name="repo"><c>org/name</c>.</param>
    /// <param name="revision">A branch, a tag, or a commit hash.</param>
    /// <exception cref="InputException">The name or the revision is malformed.</exception>
    public string? FindSnapshot(string repo, string revision = "main")
    {
        string? snapshot = Snapshot(HubName.Parse(repo, revision).CacheFolder, revision);
        return snapshot is not null && IsComplete(snapshot) ? snapshot : null;
    }

    /// <summary>The GGUF file of a type (of one in parts the first); null where the cache has none.</summary>
    /// <exception cref="InputException">There are several.</exception>
    internal string? FindGguf(HubName name)
    {
        if (Snapshot(name.CacheFolder, name.Revision) is not { } snapshot || !Directory.Exists(snapshot)) return null;
        string[] files = [.. Directory.EnumerateFiles(snapshot, "*.gguf", SearchOption.AllDirectories).Where(FileBytes.Exists)
            .Select(f => Path.GetRelativePath(snapshot, f).Replace(Path.DirectorySeparatorChar, '/'))];
        return files.Length == 0
            ? null
            : Path.Combine(snapshot, GgufChoice.Of(files, name.GgufType!, $"{name.Repo}@{name.Revision} in the cache")[0]);
    }

    /// <summary>The folder of a dataset's files, as far as they were fetched; null where the cache has none.</summary>
    /// <param name="repo"><c>org/name</c>.</param>
    /// <param name="revision">A branch, a tag, or a commit hash.</param>
    /// <exception cref="InputException">The name or the revision is malformed.</exception>
    internal string? FindDataset(string repo, string revision = "main") =>
        Snapshot(HubName.Parse(repo, revision).DatasetCacheFolder, revision) is { } snapshot && Directory.Exists(snapshot)
            ? snapshot
            : null;

    private string? Snapshot(string cacheFolder, string revision)
    {
        string folder = Path.Combine(Root, cacheFolder);
        string reference = Path.Combine([folder, "refs", .. revision.Split('/')]);
        string commit = revision;
        if (!HubName.IsCommit(revision))
        {
            if (!File.Exists(reference)) return null;
            commit = System.Text.Encoding.UTF8.GetString(FileBytes.ReadSmall(reference, 1000)).Trim();
            if (!HubName.IsCommit(commit)) return null;
        }

        return Path.Combine(folder, "snapshots", commit);
    }

    // A link to a blob that is not there yet counts as missing.
    private static bool IsComplete(string snapshot)
    {
        if (!FileBytes.Exists(Path.Combine(snapshot, "config.json"))) return false;
        if (FileBytes.Exists(Path.Combine(snapshot, "model.safetensors"))) return true;
        string index = Path.Combine(snapshot, ShardIndex.FileName);
        return FileBytes.Exists(index)
            && ShardIndex.Read(index).Values.All(shard => FileBytes.Exists(Path.Combine(snapshot, shard)));
    }
}
