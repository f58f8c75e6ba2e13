using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace Innate.Checkpoints.Hub;

/// <summary>
/// Fetches one file into <c>blobs/ETAG</c>: under <c>ETAG.incomplete</c> until its size and, for large files, its SHA-256
/// are right; from where an earlier try stopped.
/// </summary>
internal sealed class BlobDownload(HubTransport transport, string blobs, string locks)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>What the server says of a file before its bytes.</summary>
    private sealed record RemoteFile(string ETag, long? Size);

    /// <summary>Makes sure that the blob is there; returns its path.</summary>
    /// <param name="address">The file's address on the endpoint.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="commit">The commit that it must come from.</param>
    /// <param name="report">Gets the bytes received and the size.</param>
    /// <param name="cancellation">Cancels; what was received stays for the next try.</param>
    public async Task<string> FetchAsync(
        Uri address, string what, string commit, Action<long, long?> report, CancellationToken cancellation)
    {
        RemoteFile remote = await transport.RetryAsync(
            what, () => DescribeAsync(address, what, commit, cancellation), () => 0, cancellation).ConfigureAwait(false);
        string blob = Path.Combine(blobs, remote.ETag);
        string incomplete = blob + ".incomplete";
        using FileStream held = await LockAsync(remote.ETag, cancellation).ConfigureAwait(false);
        if (!File.Exists(blob))
        {
            await transport.RetryAsync(
                what,
                async () =>
                {
                    await ReceiveAsync(address, what, incomplete, remote.Size, report, cancellation).ConfigureAwait(false);
                    return true;
                },
                () => Length(incomplete),
                cancellation).ConfigureAwait(false);
            await VerifyAsync(what, incomplete, remote, cancellation).ConfigureAwait(false);
            Guarded(blob, () => File.Move(incomplete, blob));
        }

        report(new FileInfo(blob).Length, remote.Size);
        return blob;
    }

    private async Task<RemoteFile> DescribeAsync(Uri address, string what, string commit, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await transport.SendAsync(HttpMethod.Head, address, 0, stopAtEdge: true, cancellation).ConfigureAwait(false);
        bool redirect = (int)response.StatusCode is >= 300 and < 400;
        if (!redirect) transport.ThrowUnlessSuccess(response, what);
        if (Header(response, "X-Repo-Commit") is string found && found != commit)
        {
            throw new InputException($"{what}: the server sent commit {found}, expected {commit}.");
        }

        string tag = Header(response, "X-Linked-Etag") ?? Header(response, "ETag") ?? "";
        tag = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        tag = tag.Trim('"');

        // The tag becomes a file name.
        if (tag.Length is 0 or > 128 || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new InputException($"{what}: the server's ETag is '{tag}', expected letters and digits that name the content.");
        }

        long? size = long.TryParse(
            Header(response, "X-Linked-Size"), System.Globalization.NumberStyles.None, null, out long linked)
            ? linked : redirect ? null : response.Content.Headers.ContentLength;
        return new RemoteFile(tag, size);
    }

    private async Task ReceiveAsync(
        Uri address, string what, string incomplete, long? size, Action<long, long?> report, CancellationToken cancellation)
    {
        long start = Length(incomplete);
        if (size is long whole && start == whole && start > 0) return; // Stopped between the last byte and the check.
        if (start > size) start = 0;
        using HttpResponseMessage response =
            await transport.SendAsync(HttpMethod.Get, address, start, stopAtEdge: false, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Guarded(incomplete, () => File.Delete(incomplete));
            throw new HttpRequestException($"{what}: the server cannot go on at byte {start} (416); starting over.");
        }

        transport.ThrowUnlessSuccess(response, what);

        // A server may ignore the range, or answer another one: then the file starts over.
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == start;
        if (response.StatusCode == HttpStatusCode.PartialContent && !resumed)
        {
            Guarded(incomplete, () => File.Delete(incomplete));
            throw new HttpRequestException($"{what}: the server answered another range than from byte {start}; starting over.");
        }

        if (!resumed) start = 0;
        size ??= start + response.Content.Headers.ContentLength;
        await CopyAsync(response, what, incomplete, start, size, report, cancellation).ConfigureAwait(false);
    }

    private async Task CopyAsync(
        HttpResponseMessage response, string what, string incomplete, long start, long? size, Action<long, long?> report,
        CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using FileStream file = Guarded(incomplete, () => new FileStream(
                incomplete, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0));
            Guarded(incomplete, () => file.SetLength(start));
            file.Position = start;
            using Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            long received = start;
            while (true)
            {
                int count = await transport.WithinAsync(
                    stop => stream.ReadAsync(buffer, 0, BufferBytes, stop), cancellation).ConfigureAwait(false);
                if (count == 0) break;
                received += count;
                if (received > size)
                {
                    file.SetLength(0);
                    throw new InputException($"{what}: the server sent more than {size} bytes, expected {size}.");
                }

                Guarded(incomplete, () => file.Write(buffer, 0, count));
                report(received, size);
            }

            if (received < size) throw new HttpRequestException($"{what}: the connection ended at byte {received} of {size}.");
            Guarded(incomplete, () => file.Flush(flushToDisk: true));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task VerifyAsync(string what, string incomplete, RemoteFile remote, CancellationToken cancellation)
    {
        if (remote.ETag.Length != 64 || !remote.ETag.All(char.IsAsciiHexDigit)) return; // A git hash: no content hash to check.
        string hash;
        using (FileStream file = new(incomplete, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false))
        {
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
        }

        if (!hash.Equals(remote.ETag, StringComparison.OrdinalIgnoreCase))
        {
            Guarded(incomplete, () => File.Delete(incomplete));
            throw new InputException($"{what}: the received bytes have SHA-256 {hash}, expected {remote.ETag}; pull again.");
        }
    }

    // The same lock file that huggingface_hub takes, so that its downloads and ours exclude one another too.
    private async Task<FileStream> LockAsync(string tag, CancellationToken cancellation)
    {
        string path = Path.Combine(locks, tag + ".lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation).ConfigureAwait(false);
            }
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private static void Guarded(string path, Action write) => Guarded(path, () =>
    {
        write();
        return true;
    });

    // An IOException of the disk must not pass for one of the network, which would be retried.
    private static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PullException($"{path}: cannot be written: {e.Message}", e);
        }
    }
}
