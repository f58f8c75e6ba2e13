using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Judges;

/// <summary>What a judge's verdicts cost, and how much of what it wrote was lost.</summary>
internal sealed class JudgeTally
{
    private long _tokens, _replies, _unread, _cut;

    /// <summary>Tokens that its model has read and written.</summary>
    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>What became of its replies, in a sentence; null where there is nothing to tell.</summary>
    public string? Told => JudgeReply.Told(_replies, _unread, _cut);

    /// <summary>The same of several judges together.</summary>
    public static string? ToldOf(IReadOnlyCollection<JudgeTally> tallies) => JudgeReply.Told(
        tallies.Sum(t => t._replies), tallies.Sum(t => t._unread), tallies.Sum(t => t._cut));

    /// <summary>Counts the replies of verdicts.</summary>
    public void Add(IReadOnlyList<JudgeVerdict> verdicts)
    {
        foreach (JudgeReply reply in verdicts.SelectMany(v => v.Replies))
        {
            Interlocked.Increment(ref _replies);
            if (reply.Scores is null) Interlocked.Increment(ref _unread);
            if (reply.IsCut) Interlocked.Increment(ref _cut);
        }
    }

    /// <summary>The same model, counted.</summary>
    public JudgeModel Of(JudgeModel model) => model with
    {
        Traces = new CountedTraces(model.Traces, this),
        Generator = model.Generator is { } generator ? new CountedGenerator(generator, this) : null,
    };

    private void Add(long tokens) => Interlocked.Add(ref _tokens, tokens);

    // A prompt is read once for all its branches.
    private sealed class CountedTraces(ITraceSource inner, JudgeTally tally) : ITraceSource
    {
        public int VocabularySize => inner.VocabularySize;

        public int MaxPositions => inner.MaxPositions;

        public string ContextInWords => inner.ContextInWords;

        public TraceParts Parts => inner.Parts;

        public bool HoldsLogits => inner.HoldsLogits;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha, CancellationToken cancellation)
        {
            tally.Add(queries.Sum(q => (long)q.TokenCount));
            return inner.Trace(queries, alpha, cancellation);
        }
    }

    private sealed class CountedGenerator(ITextGenerator inner, JudgeTally tally) : ITextGenerator
    {
        bool ITextGenerator.KeepsFormats => inner.KeepsFormats;

        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken,
            CancellationToken cancellation)
        {
            IReadOnlyList<GeneratedResponse[]> groups =
                inner.Generate(prompts, responsesPerPrompt, options, onToken, cancellation);
            tally.Add(prompts.Sum(p => (long)p.Length) + groups.Sum(g => g.Sum(r => (long)r.TokenIds.Length)));
            return groups;
        }
    }
}
