using Innate.Engines;
using Innate.LlamaCpp;
using Innate.Models;
using Innate.Traces;

namespace Innate.Tests.LlamaCpp;

/// <summary>llama.cpp, until it has traced so many queries.</summary>
internal static class DyingEngine
{
    public static InProcessEngine After(int queries)
    {
        LlamaCppEngine.Use();
        InProcessEngine real = InProcessEngine.LlamaCpp!;
        return new InProcessEngine(real.Name, (file, settings, threads) =>
        {
            InProcessModel model = real.Open(file, settings, threads);
            return model with { Traces = new Dying(model.Traces, queries) };
        });
    }

    private sealed class Dying(ITraceSource real, int after) : ITraceSource
    {
        private int _left = after;

        public int VocabularySize => real.VocabularySize;

        public int MaxPositions => real.MaxPositions;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            (_left -= queries.Count) >= 0
                ? real.Trace(queries, alpha, cancellation)
                : throw new EngineException("llama.cpp: expected a pass over tokens to end well, found DecodeFailed.");
    }
}
