using Innate.Generation;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>A request: its path below the engine's address, and its JSON.</summary>
internal readonly record struct EngineRequest(string Path, byte[] Body);

/// <summary>How one kind of engine is asked and what its answers mean. Pure: no request is sent from here.</summary>
internal interface IEngineDialect
{
    /// <summary>What its traces tell.</summary>
    TraceParts Parts { get; }

    /// <summary>Whether one request carries all responses to a prompt, or one each.</summary>
    bool TakesGroups { get; }

    /// <summary>
    /// Whether the log-probabilities of what it draws are those of the distribution drawn from: then they are asked for again, as
    /// a trace.
    /// </summary>
    bool DrawsTempered { get; }

    /// <summary>Asks for traces.</summary>
    EngineRequest AskTraces(string model, TraceQuery query, double alpha);

    /// <summary>Reads the traces of the query that was asked about.</summary>
    /// <exception cref="EngineException">The answer is not as the dialect says.</exception>
    TokenTrace[] ReadTraces(Reply reply, TraceQuery query, double alpha);

    /// <summary>Asks for one response.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="prompt">The prompt's ids.</param>
    /// <param name="options">How to draw; its tokens fit the context.</param>
    /// <param name="seed">31 random bits, this response's own.</param>
    EngineRequest AskResponse(string model, int[] prompt, SamplingOptions options, int seed);

    /// <summary>Reads a response.</summary>
    /// <exception cref="EngineException">The answer is not as the dialect says.</exception>
    GeneratedResponse ReadResponse(Reply reply);
}
