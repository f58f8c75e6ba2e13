using System.Net;
using System.Net.Http.Headers;

namespace Innate.Checkpoints.Hub;

/// <summary>
/// HTTP as the hub needs it: redirects followed by hand so that the token never leaves the endpoint's own origin, silence
/// bounded, and what may pass retried.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MaxRedirects = 10;
    private readonly HubSettings _settings;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Large files take hours; silence is what is bounded, in WithinAsync.
    };

    public HubTransport(HubSettings settings) => _settings = settings;

    /// <summary>Sends, following redirects, and returns the response with only its headers read.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="address">Where.</param>
    /// <param name="rangeStart">The first byte wanted; 0: all.</param>
    /// <param name="stopAtEdge">
    /// Return the redirect that leaves the origin, if it tells the file's ETag, instead of following it.
    /// </param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="HttpRequestException">The connection failed; may pass.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, long rangeStart, bool stopAtEdge, CancellationToken cancellation)
    {
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            using HttpRequestMessage request = new(method, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("innate", "0.1"));
            request.Headers.AcceptEncoding.ParseAdd("identity"); // Sizes and ranges are of the bytes as stored.
            if (rangeStart > 0) request.Headers.Range = new RangeHeaderValue(rangeStart, null);
            if (_settings.Token is string token && IsEndpoint(address))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            HttpResponseMessage response = await WithinAsync(
                stop => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop),
                cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || response.Headers.Location is not Uri location)
            {
                return response;
            }

            Uri next = new(address, location);
            bool leaves = !SameOrigin(address, next);
            if (leaves && stopAtEdge && (response.Headers.Contains("X-Linked-Etag") || response.Headers.ETag is not null))
            {
                return response;
            }

            response.Dispose();
            if (next.Scheme != address.Scheme && next.Scheme != "https")
            {
                throw new InputException($"{address}: redirects to {next}, which is not encrypted; refused.");
            }

            address = next;
        }

        throw new InputException($"{address}: redirects more than {MaxRedirects} times.");
    }

    /// <summary>Runs one read or send, at most as long as the other side may stay silent.</summary>
    /// <exception cref="HttpRequestException">It stayed silent.</exception>
    public async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(_settings.StallTimeout);
        try
        {
            return await work(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer for {_settings.StallTimeout.TotalSeconds} seconds", e);
        }
    }

    /// <summary>
    /// Tries until it works or fails for good. <paramref name="work"/> returns how far it came, so that a long file with many
    /// interruptions is not given up while it advances.
    /// </summary>
    /// <exception cref="PullException">It failed as often in a row as allowed.</exception>
    public async Task<T> RetryAsync<T>(string what, Func<Task<T>> work, Func<long> progress, CancellationToken cancellation)
    {
        Retry retry = new(_settings.Attempts, _settings.FirstPause, TimeSpan.FromMinutes(5));
        long best = progress();
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                if (progress() > best)
                {
                    best = progress();
                    failures = 1;
                }

                if (retry.IsOver(failures))
                {
                    throw new PullException($"{what}: failed {failures} times in a row: {e.Message}", e);
                }

                await Task.Delay(retry.PauseAfter(failures), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Turns a status that is no success into the exception that says what to do.</summary>
    /// <exception cref="InputException">Missing, gated or refused.</exception>
    /// <exception cref="HttpRequestException">A status that may pass.</exception>
    public void ThrowUnlessSuccess(HttpResponseMessage response, string what)
    {
        int status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode) return;
        if (status is 408 or 429 or >= 500) throw new HttpRequestException($"{what}: the server answered {status}.");
        string hint = _settings.Token is null ? "HF_TOKEN is not set" : "the token in use does not allow it";
        throw new InputException(status switch
        {
            401 => $"{what}: does not exist, or is private or gated and needs a token (401; {hint}).",
            403 => $"{what}: is gated; accept its terms on the hub and set HF_TOKEN (403; {hint}).",
            404 => $"{what}: is not on {_settings.Endpoint} (404); check the name and the revision.",
            _ => $"{what}: the server answered {status}, expected the file.",
        });
    }

    public void Dispose() => _http.Dispose();

    private bool IsEndpoint(Uri address) => SameOrigin(_settings.Endpoint, address);

    private static bool SameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.IdnHost == b.IdnHost && a.Port == b.Port;
}
