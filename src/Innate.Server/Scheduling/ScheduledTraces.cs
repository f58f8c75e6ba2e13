using Innate.Models;
using Innate.Server.Http;
using Innate.Traces;

namespace Innate.Server.Scheduling;

/// <summary>
/// A request's model as a trace source: what is asked of it waits its turn beside other requests. It blocks, and is asked from a
/// thread that may.
/// </summary>
/// <param name="Call">The request.</param>
/// <param name="OfReference">The reference's traces in place of the model's.</param>
internal sealed record ScheduledTraces(Call Call, bool OfReference) : ITraceSource
{
    public int VocabularySize => Call.Model.Traces.VocabularySize;

    public int MaxPositions => Call.Model.Traces.MaxPositions;

    public bool HoldsLogits => OfReference ? Call.Model.Reference!.HoldsLogits : Call.Model.Traces.HoldsLogits;

    public TraceParts Parts => OfReference ? Call.Model.Reference!.Parts : Call.Model.Traces.Parts;

    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        ScoreKind kind = new(Classify: false, alpha, -1, OfReference);
        return [.. Call.Score(queries, kind).GetAwaiter().GetResult().Select(r => OfReference ? r.References! : r.Traces)];
    }

    /// <summary>A trained reward model's numbers, in the same way.</summary>
    public static IReadOnlyList<double[]> Classify(Call call, IReadOnlyList<TraceQuery> queries) =>
        [.. call.Score(queries, new ScoreKind(Classify: true, 1, -1, false)).GetAwaiter().GetResult().Select(r => r.Scores!)];
}
