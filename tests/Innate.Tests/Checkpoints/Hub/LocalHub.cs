using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Innate.Tests.Checkpoints.Hub;

/// <summary>A request as it came over the wire; header names in lower case.</summary>
internal sealed record HubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>A small HTTP server on 127.0.0.1 that answers as the hub does, and can be told to misbehave.</summary>
internal sealed class LocalHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LocalHub()
    {
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Endpoint { get; }

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>
    /// Answers first; null: the request goes on to the files. The text is the response's head, the bytes its body.
    /// </summary>
    public Func<HubRequest, (string Head, byte[] Body)?>? Intercept { get; set; }

    public string? RequiredToken { get; set; }

    /// <summary>The head of a response that announces a body of this length.</summary>
    public static string Head(string status, long length, string more = "") =>
        $"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n";

    public static string ETag(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using TcpClient owned = client;
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
            string[] first = (await reader.ReadLineAsync() ?? "").Split(' ');
            if (first.Length < 2) return;
            Dictionary<string, string> headers = [];
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }

            HubRequest request = new(first[0], Uri.UnescapeDataString(first[1]), headers);
            Requests.Enqueue(request);
            var (head, body) = Intercept?.Invoke(request) ?? Answer(request);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            if (request.Method != "HEAD") await stream.WriteAsync(body);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The client went away.
        }
    }

    private (string Head, byte[] Body) Answer(HubRequest request)
    {
        if (RequiredToken is string token && request.Headers.GetValueOrDefault("authorization") != $"Bearer {token}")
        {
            return (Head("401 Unauthorized", 0), []);
        }

        if (request.Path.StartsWith("/api/models/org/tiny/revision/", StringComparison.Ordinal)
            || request.Path.StartsWith("/api/datasets/org/tiny/revision/", StringComparison.Ordinal))
        {
            string siblings = string.Join(",", Files.Keys.Select(name => $"{{\"rfilename\":\"{name}\"}}"));
            byte[] json = Encoding.UTF8.GetBytes($"{{\"sha\":\"{Commit}\",\"siblings\":[{siblings}]}}");
            return (Head("200 OK", json.Length), json);
        }

        const string Prefix = $"/org/tiny/resolve/{Commit}/";
        string path = request.Path.StartsWith("/datasets/", StringComparison.Ordinal) ? request.Path["/datasets".Length..] : request.Path;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !Files.TryGetValue(path[Prefix.Length..], out byte[]? file))
        {
            return (Head("404 Not Found", 0), []);
        }

        string more = $"ETag: \"{ETag(file)}\"\r\nX-Repo-Commit: {Commit}\r\n";
        if (!request.Headers.TryGetValue("range", out string? range)) return (Head("200 OK", file.Length, more), file);
        int start = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (start >= file.Length) return (Head("416 Range Not Satisfiable", 0), []);
        return (
            Head(
                "206 Partial Content", file.Length - start,
                $"{more}Content-Range: bytes {start}-{file.Length - 1}/{file.Length}\r\n"), file[start..]);
    }
}
