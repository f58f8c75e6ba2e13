using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Scoring.External;

/// <summary>
/// A reward server that speaks one of <see cref="RewardDialects"/>, OpenRLHF's where none is named:
/// <c>{"query":[...],"prompts":[...],"labels":[...]}</c> is posted, one group a request, and <c>{"rewards":[...]}</c> comes back.
/// Query and prompts are texts as the model read them, special tokens kept.
/// </summary>
internal sealed class HttpEndpoint : IRewardEndpoint
{
    /// <summary>Requests under way together: a server can batch them.</summary>
    private const int Together = 8;

    private readonly Uri _url;
    private readonly HttpClient _client;
    private readonly string _dialect;

    /// <param name="url">Where requests are posted.</param>
    /// <param name="key">Sent as a bearer token; null: none.</param>
    /// <param name="timeout">How long a request may take.</param>
    /// <param name="dialect">How it is asked.</param>
    public HttpEndpoint(Uri url, string? key, TimeSpan timeout, string dialect = RewardDialects.Usual)
    {
        (_url, _dialect) = (url, dialect);
        _client = new HttpClient { Timeout = timeout, MaxResponseContentBufferSize = 1 << 24 };
        if (key is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RewardReply> Ask(IReadOnlyList<IReadOnlyList<RewardQuery>> groups, CancellationToken cancellation)
    {
        var replies = new RewardReply[groups.Count];
        Parallel.ForAsync(
            0, groups.Count, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellation },
            async (i, stop) => replies[i] = await AskAsync(groups[i], stop).ConfigureAwait(false)).GetAwaiter().GetResult();
        return replies;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<RewardReply> AskAsync(IReadOnlyList<RewardQuery> group, CancellationToken stop)
    {
        List<double?> numbers = [];
        IReadOnlyList<JsonObject> bodies = RewardDialects.Bodies(_dialect, group);
        foreach (JsonObject body in bodies)
        {
            (IReadOnlyList<double?>? some, string? failure) = await PostAsync(body, group.Count / bodies.Count, stop)
                .ConfigureAwait(false);
            if (some is null) return RewardReply.Failed(failure!);
            numbers.AddRange(some);
        }

        return RewardReply.Of(numbers);
    }

    private async Task<(IReadOnlyList<double?>? Numbers, string? Failure)> PostAsync(
        JsonObject body, int count, CancellationToken stop)
    {
        try
        {
            using StringContent content = new(body.ToJsonString(), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _client.PostAsync(_url, content, stop).ConfigureAwait(false);

            // JSON is UTF-8, whatever character set the header names, which may be none that exists.
            string text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            if (!response.IsSuccessStatusCode) return (null, $"{_url} answered {(int)response.StatusCode}: {Short(text)}");
            return Read(text, count) is { } numbers
                ? (numbers, null)
                : (null, $"{_url}: expected {RewardDialects.Expected(_dialect, count)}, found {Short(text)}");
        }
        catch (HttpRequestException e)
        {
            return (null, $"{_url}: {e.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, FormattableString.Invariant($"{_url} gave no answer within {_client.Timeout.TotalSeconds} s"));
        }
    }

    private IReadOnlyList<double?>? Read(string text, int count)
    {
        try
        {
            using JsonDocument json = RewardReply.Json(text);
            return RewardDialects.Read(_dialect, json.RootElement, count);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a name with half a surrogate pair: it is reported as any other answer that is none.
            return null;
        }
    }

    private static string Short(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        return line.Length == 0 ? "nothing" : line.Length > 120 ? line[..120] + " ..." : line;
    }
}
