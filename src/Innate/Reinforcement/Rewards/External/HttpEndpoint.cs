using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Reinforcement.Rewards.External;

/// <summary>
/// A reward server that speaks OpenRLHF's dialect: <c>{"query":[...],"prompts":[...],"labels":[...]}</c> is posted, one group a
/// request, and <c>{"rewards":[...]}</c> comes back. Query and prompts are texts as the model read them, special tokens kept.
/// </summary>
internal sealed class HttpEndpoint : IRewardEndpoint
{
    /// <summary>Requests under way together: a server can batch them.</summary>
    private const int Together = 8;

    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <param name="url">Where requests are posted.</param>
    /// <param name="key">Sent as a bearer token; null: none.</param>
    /// <param name="timeout">How long a request may take.</param>
    public HttpEndpoint(Uri url, string? key, TimeSpan timeout)
    {
        _url = url;
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
        JsonObject body = new()
        {
            ["query"] = new JsonArray([.. group.Select(q => (JsonNode)q.Whole)]),
            ["prompts"] = new JsonArray([.. group.Select(q => (JsonNode)q.Rendered)]),
            ["labels"] = new JsonArray([.. group.Select(q => (JsonNode?)q.Label)]),
        };
        try
        {
            using StringContent content = new(body.ToJsonString(), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _client.PostAsync(_url, content, stop).ConfigureAwait(false);

            // JSON is UTF-8, whatever character set the header names, which may be none that exists.
            string text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            return response.IsSuccessStatusCode
                ? Read(text, group.Count)
                : RewardReply.Failed($"{_url} answered {(int)response.StatusCode}: {Short(text)}");
        }
        catch (HttpRequestException e)
        {
            return RewardReply.Failed($"{_url}: {e.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return RewardReply.Failed(
                FormattableString.Invariant($"{_url} gave no answer within {_client.Timeout.TotalSeconds} s"));
        }
    }

    private RewardReply Read(string text, int count)
    {
        try
        {
            using JsonDocument json = RewardReply.Json(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("rewards", out JsonElement rewards)
                && rewards.ValueKind == JsonValueKind.Array && rewards.GetArrayLength() == count)
            {
                List<double?> numbers = [];
                foreach (JsonElement value in rewards.EnumerateArray())
                {
                    if (!RewardReply.TryNumber(value, out double? number)) break;
                    numbers.Add(number);
                }

                if (numbers.Count == count) return RewardReply.Of(numbers);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a name with half a surrogate pair. It is reported below, as any other answer that is none.
        }

        return RewardReply.Failed($"{_url}: expected {{\"rewards\": [{count} numbers]}}, found {Short(text)}");
    }

    private static string Short(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        return line.Length == 0 ? "nothing" : line.Length > 120 ? line[..120] + " ..." : line;
    }
}
