using Innate.Generation;
using Innate.Models;
using Innate.Server.Http;
using Innate.Server.Scheduling;
using Innate.Traces;

namespace Innate.Server.Completions;

/// <summary>A prompt's outcome.</summary>
/// <param name="Prompt">Its ids.</param>
/// <param name="Reading">Of its own tokens; null where it was not asked for.</param>
/// <param name="Responses">What was sampled; empty where nothing was.</param>
internal sealed record Completion(int[] Prompt, PromptLogProbs? Reading, GeneratedResponse[] Responses)
{
    /// <summary>What a reply has one entry for: the responses, or the prompt alone where nothing was sampled.</summary>
    public IReadOnlyList<GeneratedResponse?> Choices => Responses.Length > 0 ? Responses : new GeneratedResponse?[] { null };

    /// <summary>Reads prompts and samples what follows.</summary>
    /// <param name="call">The request.</param>
    /// <param name="prompts">Each prompt's ids.</param>
    /// <param name="request">How to sample; <see cref="SamplingOptions.MaxTokens"/> 0: nothing.</param>
    /// <param name="likeliest">Alternatives wanted at the prompts' own tokens; null: they are not read for themselves.</param>
    /// <param name="onToken">Called for each token; null: nothing is.</param>
    public static async Task<Completion[]> Run(
        Call call, int[][] prompts, SamplingRequest request, int? likeliest, Action<GeneratedToken>? onToken = null)
    {
        foreach (int[] prompt in prompts) call.Model.Limits.RequirePrompt(prompt, room: request.Options.MaxTokens > 0 ? 1 : 0);
        bool readsNext = likeliest is not null && IsAnsweredByReading(request);
        PromptLogProbs[]? readings = likeliest is null ? null : await Read(call, prompts, likeliest.Value, readsNext);
        if (readsNext)
        {
            return [.. prompts.Select((p, i) => new Completion(p, readings![i], [First(call, request, p, readings[i].Next!)]))];
        }

        GeneratedResponse[][] sampled = request.Options.MaxTokens == 0
            ? [.. prompts.Select(_ => Array.Empty<GeneratedResponse>())]
            : await call.Sample(new DecodingJob(prompts, request.Count, request.Options, onToken));
        return [.. prompts.Select((p, i) => new Completion(p, readings?[i], sampled[i]))];
    }

    // Evaluators ask for a prompt's log-probabilities and one greedy token: the reading has it already.
    private static bool IsAnsweredByReading(SamplingRequest request) =>
        request.Options is { MaxTokens: 1, Temperature: 0 } && request.Count == 1 && request.Stops.Length == 0
        && !LogitPenalties.Any(request.Options);

    private static GeneratedResponse First(Call call, SamplingRequest request, int[] prompt, LikelyTokens next)
    {
        int id = next.Ids[0];
        FinishReason reason = request.Options.StopIds.Contains(id) ? FinishReason.Stop : FinishReason.Length;
        return new GeneratedResponse([id], [next.LogProbabilities[0]], reason)
        {
            Trace = new TokenTrace
            {
                Tokens = [id], Q = [], V = [], LogProbability = [next.LogProbabilities[0]], Entropy = [], MeanLogit = [],
                Likeliest = [next with { Rank = 1 }],
            },
        };
    }

    private static async Task<PromptLogProbs[]> Read(Call call, int[][] prompts, int likeliest, bool withNext)
    {
        if (call.Model.Likeliest is null)
        {
            throw new InputException($"{call.Model.Name} gives no log-probabilities of a prompt's tokens");
        }


        // The token after the last stands for whatever may come: its own number is not looked at.
        TraceQuery[] queries = [.. prompts.Where(p => p.Length > 1 || withNext).Select(p =>
            new TraceQuery(p[..1], [withNext ? [.. p[1..], 0] : p[1..]]))];
        ScoreResult[] results = await call.Score(queries, new ScoreKind(false, 1, Math.Max(likeliest, withNext ? 1 : 0), false));
        int next = 0;
        return [.. prompts.Select(p => p.Length > 1 || withNext
            ? Cut(results[next++].Traces[0], p.Length)
            : new PromptLogProbs([null], [null], null))];
    }

    private static PromptLogProbs Cut(TokenTrace trace, int length) => new(
        [null, .. trace.LogProbability[..(length - 1)].Select(x => (double?)x)],
        [null, .. trace.Likeliest![..(length - 1)]],
        trace.Length == length ? trace.Likeliest[^1] : null);
}
