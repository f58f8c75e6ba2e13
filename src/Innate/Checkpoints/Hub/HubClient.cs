using System.Text.Json;

namespace Innate.Checkpoints.Hub;

/// <summary>
/// Fetches models and datasets from the hub (<c>HF_ENDPOINT</c>, by default https://huggingface.co) into the cache, with the
/// token of <c>HF_TOKEN</c> or of <c>HF_HOME/token</c>.
/// </summary>
public sealed partial class HubClient : IDisposable
{
    private const int MaxListingBytes = 64 << 20;

    private static readonly string[] SmallFiles =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "chat_template.jinja", "chat_template.json",
    ];

    private readonly HubSettings _settings;
    private readonly HubTransport _transport;

    /// <summary>A client for the hub and the cache that the environment names.</summary>
    /// <exception cref="InputException"><c>HF_ENDPOINT</c> is not an http address.</exception>
    public HubClient()
        : this(HubSettings.FromEnvironment())
    {
    }

    internal HubClient(HubSettings settings)
    {
        _settings = settings;
        _transport = new HubTransport(settings);
    }

    /// <summary>
    /// Brings a model into the cache: its config, tokenizer, chat template and safetensors weights. What is there already is
    /// not fetched again, and what was cut off is continued.
    /// </summary>
    /// <param name="repo"><c>org/name</c>.</param>
    /// <param name="revision">A branch, a tag or a commit hash; <c>main</c> for the newest.</param>
    /// <param name="progress">Told of every piece received; may be null.</param>
    /// <param name="ct">Cancels; a later pull goes on from there.</param>
    /// <returns>The snapshot folder, as a full path.</returns>
    /// <exception cref="InputException">The model is not there, not allowed, has no safetensors, or came damaged.</exception>
    /// <exception cref="PullException">The network or the disk failed.</exception>
    public async Task<string> PullAsync(string repo, string revision, IProgress<PullProgress>? progress, CancellationToken ct)
    {
        var (name, commit, files) = await FindAsync(repo, revision, "models", ct).ConfigureAwait(false);
        if (!files.Contains("config.json"))
        {
            throw new InputException($"{repo}@{revision}: has no config.json, so it is not a model.");
        }

        (string folder, string snapshot, BlobDownload download) = Prepare(name.CacheFolder, commit);
        List<string> wanted = [.. SmallFiles.Where(files.Contains)];
        bool single = files.Contains("model.safetensors");
        if (single) wanted.Add("model.safetensors");
        else if (files.Contains(ShardIndex.FileName)) wanted.Insert(0, ShardIndex.FileName); // First: it names the others.
        else throw NoSafetensors($"{repo}@{revision}", files);

        for (int i = 0; i < wanted.Count; i++)
        {
            await FetchAsync(download, name, commit, snapshot, wanted, i, progress, ct).ConfigureAwait(false);
            if (i == 0 && !single)
            {
                wanted.AddRange(Shards(Path.Combine(snapshot, ShardIndex.FileName), $"{repo}@{revision}", files));
            }
        }

        Refer(folder, revision, commit);
        return snapshot;
    }

    /// <summary>A repository's commit at a revision, and its files.</summary>
    private async Task<(HubName Name, string Commit, HashSet<string> Files)> FindAsync(
        string repo, string revision, string kind, CancellationToken ct)
    {
        HubName name = HubName.Parse(repo, revision);
        if (_settings.Offline) throw new InputException($"{repo}: cannot be pulled, because HF_HUB_OFFLINE is set.");
        var (commit, files) = await _transport.RetryAsync(
            repo, () => ListAsync(name, kind, ct), () => 0, ct).ConfigureAwait(false);
        return (name, commit, files);
    }

    private static void Refer(string folder, string revision, string commit)
    {
        if (revision == commit) return;
        OnDisk(folder, () => WriteReference(Path.Combine([folder, "refs", .. revision.Split('/')]), commit));
    }

    private (string Folder, string Snapshot, BlobDownload Download) Prepare(string cacheFolder, string commit)
    {
        string folder = Path.Combine(_settings.CacheRoot, cacheFolder);
        string snapshot = Path.Combine(folder, "snapshots", commit), blobs = Path.Combine(folder, "blobs");
        string locks = Path.Combine(_settings.CacheRoot, ".locks", cacheFolder);
        OnDisk(folder, () =>
        {
            foreach (string part in (string[])[snapshot, blobs, Path.Combine(folder, "refs"), locks])
            {
                Directory.CreateDirectory(part);
            }
        });
        return (folder, snapshot, new BlobDownload(_transport, blobs, locks));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private async Task FetchAsync(
        BlobDownload download, HubName name, string commit, string snapshot, List<string> wanted, int number,
        IProgress<PullProgress>? progress, CancellationToken ct)
    {
        string file = wanted[number];
        string link = Path.Combine(snapshot, file);
        if (FileBytes.Exists(link)) return; // A commit's files never change.
        Uri address = new(
            $"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{name.Repo}/resolve/{commit}/{Uri.EscapeDataString(file)}");
        string blob = await download.FetchAsync(
            address, $"{name.Repo}/{file}", commit,
            (received, size) => progress?.Report(new PullProgress(file, number + 1, wanted.Count, received, size)),
            ct).ConfigureAwait(false);
        OnDisk(link, () => Link(link, blob));
    }

    private async Task<(string Commit, HashSet<string> Files)> ListAsync(HubName name, string kind, CancellationToken ct)
    {
        string what = $"{name.Repo}@{name.Revision}";
        Uri address = new(
            $"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/api/{kind}/{name.Repo}/revision/"
            + Uri.EscapeDataString(name.Revision));
        using HttpResponseMessage response = await _transport.SendAsync(
            HttpMethod.Get, address, 0, stopAtEdge: false, ct).ConfigureAwait(false);
        _transport.ThrowUnlessSuccess(response, what);
        using Stream stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            int count = await _transport.WithinAsync(
                stop => stream.ReadAsync(buffer, 0, buffer.Length, stop), ct).ConfigureAwait(false);
            if (count == 0) break;
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxListingBytes)
            {
                throw new InputException($"{what}: the hub's listing is longer than {MaxListingBytes} bytes.");
            }
        }

        return ParseListing(bytes.ToArray(), what);
    }

    /// <summary>The commit and the file names of a listing.</summary>
    /// <exception cref="InputException">It is malformed, or names a file outside the repository.</exception>
    internal static (string Commit, HashSet<string> Files) ParseListing(ReadOnlyMemory<byte> json, string what)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("sha", out JsonElement sha) || sha.ValueKind != JsonValueKind.String
                || !HubName.IsCommit(sha.GetString()!))
            {
                throw new InputException($"{what}: the hub's listing has no field 'sha' with a commit hash.");
            }

            if (!document.RootElement.TryGetProperty("siblings", out JsonElement siblings)
                || siblings.ValueKind != JsonValueKind.Array)
            {
                throw new InputException($"{what}: the hub's listing has no field 'siblings' with the files.");
            }

            HashSet<string> files = new(StringComparer.Ordinal);
            foreach (JsonElement sibling in siblings.EnumerateArray())
            {
                if (sibling.ValueKind != JsonValueKind.Object || !sibling.TryGetProperty("rfilename", out JsonElement file)
                    || file.ValueKind != JsonValueKind.String)
                {
                    throw new InputException($"{what}: an entry of the hub's listing has no field 'rfilename'.");
                }

                string path = file.GetString()!;
                if (path.IndexOfAny(['\\', ':', '\0']) >= 0 || path.Split('/').Any(part => part is "" or "." or ".."))
                {
                    throw new InputException(
                        $"{what}: the hub's listing has the rfilename '{path}', which points outside the repository.");
                }

                files.Add(path);
            }

            return (sha.GetString()!, files);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{what}: the hub's listing: {JsonFault.Describe(e)}", e);
        }
    }

    private static List<string> Shards(string index, string what, HashSet<string> files)
    {
        List<string> shards = [.. ShardIndex.Read(index).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string? missing = shards.Find(shard => !files.Contains(shard));
        return missing is null ? shards
            : throw new InputException(
                $"{what}: {ShardIndex.FileName} names the shard '{missing}', which is not in the repository.");
    }

    private static InputException NoSafetensors(string what, HashSet<string> files) =>
        new(files.Any(file => file.StartsWith("pytorch_model", StringComparison.Ordinal))
            ? $"{what}: has only pickled weights (pytorch_model.bin); they must be converted to model.safetensors first."
            : $"{what}: has neither model.safetensors nor {ShardIndex.FileName}.");

    private void Link(string link, string blob)
    {
        File.Delete(link); // A link whose blob is gone.
        if (_settings.UseLinks)
        {
            try
            {
                File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
            {
                // Windows without the privilege, or a file system without links: a copy reads the same.
            }
        }

        Replace(link, temporary => File.Copy(blob, temporary));
    }

    private static void WriteReference(string path, string commit)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Replace(path, temporary => File.WriteAllText(temporary, commit));
    }

    /// <summary>A file appears whole or not at all: it is written under another name first.</summary>
    private static void Replace(string path, Action<string> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void OnDisk(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PullException($"{path}: cannot be written: {e.Message}", e);
        }
    }
}
