using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Innate.Engines;

/// <summary>What one try came to.</summary>
/// <param name="Reply">The answer; null: see <paramref name="Fault"/>.</param>
/// <param name="Fault">What failed and may pass; null: nothing.</param>
/// <param name="RetryAfter">The pause that the engine asks for.</param>
internal readonly record struct EngineTry(Reply? Reply, string? Fault, TimeSpan RetryAfter);

/// <summary>
/// HTTP as engines need it: one client, a deadline for each try, and what may pass tried again after pauses that double. No dice:
/// the same failures give the same pauses.
/// </summary>
internal sealed class EngineTransport : IDisposable
{
    // A trace of a long context with the texts of its tokens is some megabytes.
    private const long LargestAnswer = 1L << 28;

    private const string FingerprintHeader = "X-Innate-Fingerprint";

    // What is quoted of an engine's own words.
    private const int LongestWords = 300;

    private readonly EngineSettings _settings;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // The key must not leave the address.
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        AutomaticDecompression = DecompressionMethods.All,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // The deadline is ours, in TryAsync.
        MaxResponseContentBufferSize = LargestAnswer,
    };

    public EngineTransport(EngineSettings settings) => _settings = settings;

    /// <summary>Posts a request until it is answered.</summary>
    /// <param name="path">Below the address.</param>
    /// <param name="body">JSON, UTF-8.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">
    /// The engine refused the request: it names what is wrong with it, or wants a key.
    /// </exception>
    /// <exception cref="EngineException">It failed for good, or its answer is no JSON.</exception>
    public async Task<Reply> PostAsync(string path, byte[] body, CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Post, path, body, cancellation).ConfigureAwait(false)
        ?? throw NoJson(path);

    /// <summary>Posts a request once.</summary>
    /// <returns>The answer, or a fault that may pass.</returns>
    /// <inheritdoc cref="PostAsync"/>
    public async Task<EngineTry> TryPostAsync(string path, byte[] body, CancellationToken cancellation)
    {
        Try tried = await TryAsync(HttpMethod.Post, path, body, cancellation).ConfigureAwait(false);
        if (tried.Fault is { } fault) return new EngineTry(null, fault, tried.RetryAfter);

        // One that dies may end an answer before it has begun.
        return Parse(path, tried.Answer, tried.Fingerprint) is { } reply
            ? new EngineTry(reply, null, default)
            : new EngineTry(null, "it answered no JSON", default);
    }

    /// <summary>Asks what may not exist; null where it does not, or where the answer is no JSON.</summary>
    /// <exception cref="InputException">The engine wants a key.</exception>
    /// <exception cref="EngineException">It failed for good.</exception>
    public Task<Reply?> FindAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public void Dispose() => _http.Dispose();

    private EngineException NoJson(string path) =>
        new($"{Place(path)}: expected JSON in answer, found none; is this an engine's address?");

    private string Place(string path) => new Uri(_settings.Address, path).ToString();

    private Reply? Parse(string path, byte[]? answer, string? fingerprint)
    {
        if (answer is null) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            return new Reply(Place(path), "", document.RootElement.Clone()) { Fingerprint = fingerprint };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>Null: there is nothing of that name, or no JSON.</returns>
    private async Task<Reply?> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation)
    {
        Retry retry = new(_settings.Attempts, _settings.FirstPause, _settings.LongestPause);
        for (int failures = 1; ; failures++)
        {
            Try tried = await TryAsync(method, path, body, cancellation).ConfigureAwait(false);
            if (tried.Fault is null) return Parse(path, tried.Answer, tried.Fingerprint);
            if (retry.IsOver(failures))
            {
                throw new EngineException($"{Place(path)}: failed {failures} times in a row: {tried.Fault}.");
            }

            TimeSpan pause = retry.PauseAfter(failures);
            TimeSpan wait = tried.RetryAfter > pause ? tried.RetryAfter : pause;
            if (wait > _settings.LongestPause)
            {
                throw new EngineException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Place(path)}: {tried.Fault} and asks for a pause of {wait.TotalSeconds:0} seconds, longer than "
                    + $"{_settings.LongestPause.TotalSeconds:0}."));
            }

            await Task.Delay(wait, _settings.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Try> TryAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(_settings.Deadline);
        try
        {
            using HttpRequestMessage request = new(method, new Uri(_settings.Address, path));
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("innate", "0.1"));
            if (_settings.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using HttpResponseMessage response = await _http.SendAsync(request, stop.Token).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return Judge(path, response, answer, isQuestion: body is null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string fault = string.Create(
                CultureInfo.InvariantCulture, $"no answer within {_settings.Deadline.TotalSeconds:0.###} seconds");
            return new Try(null, fault, default);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new Try(null, e.Message.TrimEnd('.'), default);
        }
    }

    private Try Judge(string path, HttpResponseMessage response, byte[] answer, bool isQuestion)
    {
        int status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            bool told = response.Headers.TryGetValues(FingerprintHeader, out IEnumerable<string>? values);
            return new Try(answer, null, default, told ? string.Join(",", values!) : null);
        }

        string words = Words(answer);
        string said = words.Length > 0 ? $"{status}: {words}" : status.ToString(CultureInfo.InvariantCulture);
        if (status is 408 or 425 or 429 or (>= 500 and not 501))
        {
            return new Try(null, $"it answered {said}", Wait(response.Headers.RetryAfter));
        }

        if (isQuestion && status is 404 or 405 or 501) return new Try(null, null, default);

        string why = status switch
        {
            401 or 403 => _settings.Key is null
                ? $"{Place(path)}: the engine wants a key, and none was given ({said})."
                : $"{Place(path)}: the engine does not accept the key ({said}).",
            404 or 405 or 501 => $"{Place(path)}: the engine has no such route ({said}): is it of another kind?",
            >= 300 and < 400 => $"{Place(path)}: redirects to {response.Headers.Location} ({status}); give that address.",
            _ => $"{Place(path)}: the engine refused the request ({said}).",
        };

        // Only a request that is too long or makes no sense to it is a row's fault; else the run ends, and may go on later.
        throw isQuestion || status is 400 or 413 or 422 ? new InputException(why) : new EngineException(why);
    }

    private static TimeSpan Wait(RetryConditionHeaderValue? retry)
    {
        TimeSpan wait = retry?.Delta ?? (retry?.Date is { } date ? date - DateTimeOffset.UtcNow : TimeSpan.Zero);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    // {"error": {"message"}}, {"error": "..."}, {"message"}, {"detail"}: whatever the engine says, on one line and short.
    private static string Words(byte[] answer)
    {
        string text = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement at = document.RootElement;
            foreach (string name in (string[])["error", "message", "detail"])
            {
                if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out JsonElement inner)) at = inner;
            }

            text = at.ValueKind == JsonValueKind.String ? at.GetString()! : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a text with half a surrogate pair: the status alone is told.
        }

        text = text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length > LongestWords ? $"{text[..LongestWords]}..." : text;
    }

    /// <summary>One try: an answer (null: there is nothing of that name), or a fault that may pass.</summary>
    private readonly record struct Try(byte[]? Answer, string? Fault, TimeSpan RetryAfter, string? Fingerprint = null);
}
