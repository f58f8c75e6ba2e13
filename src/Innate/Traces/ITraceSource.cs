using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// "Give me the traces of these responses to this prompt." The local model is one source; an engine reached over HTTP that
/// returns log-probabilities is another. Rewards, benchmarks and judges sit above it and never touch a model.
/// </summary>
public interface ITraceSource
{
    /// <summary>The number of token ids; every id lies in [0, VocabularySize).</summary>
    int VocabularySize { get; }

    /// <summary>The longest prompt + response, in tokens.</summary>
    int MaxPositions { get; }

    /// <summary>What holds so many tokens, for messages.</summary>
    string ContextInWords => $"the model's context of {MaxPositions}";

    /// <summary>What its traces tell; rewards that need more are refused before a trace is asked for.</summary>
    TraceParts Parts => TraceParts.All;

    /// <summary>
    /// Whether it holds its logits, and so can leave tokens out (<see cref="TraceQuery.Allowed"/>) and mix those of several
    /// prompts (<see cref="TraceQuery.Guidance"/>); a query that asks for it is refused where it cannot.
    /// </summary>
    bool HoldsLogits => false;

    /// <summary>
    /// The traces of many queries, which may be computed together; a trace's bits do not depend on its neighbours.
    /// </summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="alpha">The temperature of V, from 1e-6 to 1e6.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>For each query, one trace a response, in order.</returns>
    /// <exception cref="InputException">
    /// An empty prompt or response, an id outside the vocabulary, too long a path, or an alpha out of range.
    /// </exception>
    IReadOnlyList<TokenTrace[]> Trace(IReadOnlyList<TraceQuery> queries, double alpha = 1,
        CancellationToken cancellation = default);
}
