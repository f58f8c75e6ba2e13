using Innate.Compute;
using Innate.Models;
using Innate.Traces;

namespace Innate.LlamaCpp;

/// <summary>
/// One query's traces: the prompt is read once, and responses go on from its keys and values, as many together as there are
/// sequences and positions. No trace depends on other queries.
/// </summary>
/// <param name="context">Tokens in, logits out.</param>
/// <param name="sequences">Sequences that there are; the first is the prompt's.</param>
/// <param name="positions">Positions that are held at once.</param>
internal sealed class LlamaTracing(LlamaContext context, int sequences, int positions)
{
    private const int Prompt = 0;

    /// <summary>The traces of a query that was checked.</summary>
    /// <param name="query">Prompt and responses.</param>
    /// <param name="alpha">The temperature of V.</param>
    /// <param name="cancellation">Stops between passes.</param>
    public TokenTrace[] Trace(TraceQuery query, double alpha, CancellationToken cancellation)
    {
        context.Clear();
        ReadPrompt(context, query.Prompt, Prompt, cancellation);
        HeadTrace[] heads = [.. query.Responses.Select(r => HeadTrace.Of(r.Length))];
        TraceFirst(query, heads, alpha);
        for (int first = 0, end; first < heads.Length; first = end)
        {
            end = Wave(query, first);
            Follow(query, first, end, heads, alpha, cancellation);
        }

        return [.. query.Responses.Select((r, i) => TokenTrace.Of(r, heads[i], 0, alpha))];
    }

    /// <summary>Reads a prompt in passes; the logits after its last token are then there.</summary>
    /// <returns>The last token's place in the last pass.</returns>
    public static int ReadPrompt(LlamaContext context, int[] prompt, int sequence, CancellationToken cancellation)
    {
        int last = 0;
        for (int start = 0; start < prompt.Length; start += context.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(start + context.Rows, prompt.Length);
            for (int i = start; i < end; i++) context.Add(prompt[i], i, sequence, logits: i == prompt.Length - 1);
            context.Read();
            last = end - start - 1;
        }

        return last;
    }

    // All responses begin at one state: its sums are formed once, and each has its own token's logit.
    private void TraceFirst(TraceQuery query, HeadTrace[] heads, double alpha)
    {
        ReadOnlySpan<float> logits = context.Logits((query.Prompt.Length - 1) % context.Rows);
        HeadTrace state = context.Trace(logits, query.Responses[0][0], alpha);
        for (int i = 0; i < heads.Length; i++)
        {
            state.CopyTo(heads[i], 0);
            heads[i].Q[0] = logits[query.Responses[i][0]];
        }
    }

    // The responses that fit beside the prompt; one always does.
    private int Wave(TraceQuery query, int first)
    {
        int end = first, room = positions - query.Prompt.Length;
        while (end < query.Responses.Count && end - first < sequences - 1)
        {
            room -= query.Responses[end].Length - 1;
            if (room < 0 && end > first) break;
            end++;
        }

        return end;
    }

    private void Follow(
        TraceQuery query, int first, int end, HeadTrace[] heads, double alpha, CancellationToken cancellation)
    {
        for (int i = first; i < end; i++) context.Share(Prompt, with: i - first + 1);
        List<(int Response, int Token)> pass = [];
        for (int i = first; i < end; i++)
        {
            // The last token is predicted, never read.
            for (int h = 0; h < query.Responses[i].Length - 1; h++)
            {
                context.Add(query.Responses[i][h], query.Prompt.Length + h, i - first + 1, logits: true);
                pass.Add((i, h + 1));
                if (pass.Count == context.Rows) ReadPass();
            }
        }

        if (pass.Count > 0) ReadPass();
        for (int i = first; i < end; i++) context.Forget(i - first + 1);

        void ReadPass()
        {
            cancellation.ThrowIfCancellationRequested();
            context.Read();
            HeadTrace part = context.Trace(0, [.. pass.Select(p => query.Responses[p.Response][p.Token])], alpha);
            for (int row = 0; row < pass.Count; row++) Copy(part, row, heads[pass[row].Response], pass[row].Token);
            pass.Clear();
        }
    }

    private static void Copy(HeadTrace from, int row, HeadTrace to, int token)
    {
        to.Q[token] = from.Q[row];
        to.LogSumExp[token] = from.LogSumExp[row];
        to.V[token] = from.V[row];
        to.Entropy[token] = from.Entropy[row];
        to.MeanLogit[token] = from.MeanLogit[row];
    }
}
