using Innate.Models;
using Innate.Server.Models;
using Innate.Traces;

namespace Innate.Server.Scheduling;

/// <summary>What a query is asked for; queries of one kind are computed together.</summary>
/// <param name="Classify">The score head's numbers instead of traces.</param>
/// <param name="Alpha">The temperature of V.</param>
/// <param name="Likeliest">Alternatives wanted at each token; -1: none, and no ranks.</param>
/// <param name="WithReference">The reference's traces too.</param>
internal readonly record struct ScoreKind(bool Classify, double Alpha, int Likeliest, bool WithReference);

/// <summary>One query's results.</summary>
/// <param name="Traces">One a response; empty for a classifier.</param>
/// <param name="References">The reference model's, where asked for.</param>
/// <param name="Scores">A classifier's.</param>
internal sealed record ScoreResult(TokenTrace[] Traces, TokenTrace[]? References, double[]? Scores)
{
    /// <summary>What was read.</summary>
    public required TraceQuery Query { get; init; }
}

/// <summary>A query to be read.</summary>
/// <param name="model">The model that it was encoded for.</param>
/// <param name="query">The query.</param>
/// <param name="kind">What is asked.</param>
/// <param name="cancellation">The request's: nobody waits any more.</param>
internal sealed class ScoringWork(ServedModel model, TraceQuery query, ScoreKind kind, CancellationToken cancellation)
    : Work<ScoreResult>(model, query.Responses.Count, query.TokenCount)
{
    public TraceQuery Query { get; } = query;

    public ScoreKind Kind { get; } = kind;

    /// <summary>Stops the reading between layers where it is read alone; a batch of several is short.</summary>
    public CancellationToken Cancellation { get; } = cancellation;
}
