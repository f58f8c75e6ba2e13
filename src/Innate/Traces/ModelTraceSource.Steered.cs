using Innate.Compute.Memory;
using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// Traces of logits that are masked or mixed: those of some rows at a time are stored, what may not come is left out, those of
/// several prompts become one, and the rest is counted in float64. A row's numbers depend on no other.
/// </summary>
public sealed partial class ModelTraceSource
{
    private List<TokenTrace[]> TraceSteered(IReadOnlyList<TraceQuery> batch, double alpha, CancellationToken cancellation)
    {
        TraceQuery[] read = [.. batch.SelectMany(Prompts)];
        return Read(read, readLastTokens: false, (hidden, places) =>
        {
            List<TokenTrace[]> traces = [];
            int at = 0;
            foreach (TraceQuery query in batch)
            {
                int prompts = Prompts(query).Length;
                Range own = at..(at + prompts);
                at += prompts;
                traces.Add([.. query.Responses.Select((response, i) => Steered(
                    hidden, query, response, [.. places[own].Select(p => (p.PromptEnd, p.FirstRows[i]))], alpha, cancellation))]);
            }

            return traces;
        }, cancellation);
    }

    /// <summary>One trace, from the places of its tokens after each of the prompts.</summary>
    private TokenTrace Steered(
        Matrix hidden, TraceQuery query, int[] response, (int PromptEnd, int First)[] places, double alpha,
        CancellationToken cancellation)
    {
        RestrictedLogits.State[] states = new RestrictedLogits.State[response.Length];
        int step = Math.Clamp(LogitsATime / VocabularySize / places.Length, 1, response.Length);
        for (int start = 0; start < response.Length; start += step)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(step, response.Length - start);
            int[] rows = [.. places.SelectMany(
                p => Enumerable.Range(start, count).Select(h => h == 0 ? p.PromptEnd : p.First + h - 1))];
            Matrix logits = model.Logits(hidden, rows);
            for (int i = 0; i < count; i++)
            {
                int h = start + i;
                double[][] kept = [.. places.Select((_, p) =>
                    RestrictedLogits.Keep(logits.Row((p * count) + i), query.Allowed?.At(h)))];
                states[h] = RestrictedLogits.Read(
                    Mixed(kept, query.Guidance), query.Allowed?.IndexAt(h, response[h]) ?? response[h], alpha);
            }
        }

        return new TokenTrace
        {
            Tokens = response,
            Q = [.. states.Select(s => s.Q)],
            V = [.. states.Select(s => s.Value)],
            LogProbability = [.. states.Select(s => s.LogProbability)],
            Entropy = [.. states.Select(s => s.Entropy)],
            MeanLogit = [.. states.Select(s => s.MeanLogit)],
            Alpha = alpha,
        };
    }

    private static double[] Mixed(double[][] logits, Guidance? guidance) => guidance switch
    {
        null => logits[0],
        { ImageScale: { } image } => GuidedLogits.Of(logits[0], logits[2], logits[1], guidance.Scale, image),
        _ => GuidedLogits.Of(logits[0], logits[1], guidance.Scale),
    };

    // The query's own prompt, then the null prompt and the image's where logits are mixed.
    private static TraceQuery[] Prompts(TraceQuery query)
    {
        if (query.Guidance is null) return [query];
        TraceQuery without = query with { Prompt = query.NullPrompt! };
        return query.ImagePrompt is { } image ? [query, without, query with { Prompt = image }] : [query, without];
    }
}
