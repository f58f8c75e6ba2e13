using System.Text;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Scoring;

/// <summary>
/// How well a model foretells a text: the bits that it needs for a byte of it, the same scale for every tokenizer. Read without a
/// template, in pieces that know at least the half context before them; a first token that nothing stands before counts no bits.
/// </summary>
internal static class BitsPerByte
{
    private const int LongestContext = 1024, PiecesATime = 8;

    /// <summary>-log2 p(text) / bytes.</summary>
    /// <param name="session">The model.</param>
    /// <param name="text">The text; at least two tokens.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="InputException">The text has fewer than two tokens.</exception>
    public static double Of(ModelSession session, string text, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        int[] ids = session.Format(new ChatFormatOptions { Raw = true }).EncodePrompt(text).Ids;
        if (ids.Length < 2) throw new InputException("Text", "a text of at least two tokens", $"{ids.Length}");
        int half = Math.Max(1, Math.Min(LongestContext, session.Limits.MaxPositions) / 2);
        TraceQuery[] pieces =
        [
            .. Enumerable.Range(0, (ids.Length - 1 + half - 1) / half).Select(i =>
            {
                int from = 1 + (i * half), to = Math.Min(ids.Length, from + half);
                return new TraceQuery(ids[Math.Max(0, from - half)..from], [ids[from..to]]);
            }),
        ];
        return Of(session, pieces, Encoding.UTF8.GetByteCount(text), progress, cancellation);
    }

    /// <summary>The same of answers to prompts, as the model's template has them: the bytes are the answers'.</summary>
    /// <param name="session">The model.</param>
    /// <param name="format">Chat or raw.</param>
    /// <param name="conversations">The last message of each is the answer.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    public static double OfAnswers(
        ModelSession session, ChatFormatOptions format, IReadOnlyList<IReadOnlyList<ConversationMessage>> conversations,
        IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        ChatFormat chat = session.Format(format);
        TraceQuery[] queries = [.. conversations.Select(c => TraceQuery.Of(chat, [.. c.SkipLast(1)], [c[^1].Content]))];
        long bytes = conversations.Sum(c => (long)Encoding.UTF8.GetByteCount(c[^1].Content));
        return Of(session, queries, bytes, progress, cancellation);
    }

    private static double Of(
        ModelSession session, TraceQuery[] queries, long bytes, IProgress<WorkDone>? progress, CancellationToken cancellation)
    {
        double nats = 0;
        long done = 0, all = queries.Sum(q => (long)q.Responses[0].Length);
        foreach (TraceQuery[] some in queries.Chunk(PiecesATime))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (TokenTrace[] traces in session.Traces.Trace(some, 1, cancellation)) nats -= traces[0].LogProbability.Sum();
            done += some.Sum(p => (long)p.Responses[0].Length);
            progress?.Report(new WorkDone(done, done, done / (double)all));
        }

        return nats / Math.Log(2) / bytes;
    }
}
