using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Benchmarks.Evaluation;

/// <summary>The scorers of a run that are expressions, as long as it needs them.</summary>
internal sealed class ExpressionScorers : IDisposable
{
    private ExpressionScorers(IReadOnlyDictionary<string, ExpressionScorer> byName) => ByName = byName;

    /// <summary>By the scorer's name.</summary>
    public IReadOnlyDictionary<string, ExpressionScorer> ByName { get; }

    /// <summary>Those among some scorers.</summary>
    /// <exception cref="InputException">A model cannot give a reward that is named, or the environment lacks a key.</exception>
    public static ExpressionScorers Of(
        IReadOnlyList<ScorerSpec> specs, ModelSession session, ModelSession? reference, ChatFormatOptions format) =>
        new(specs.Where(s => s.Expression is not null).ToDictionary(
            s => s.Name,
            s => new ExpressionScorer(
                s.Expression!,
                ExpressionModel.Of(s.Expression!, session, s.Expression!.Needs.Reference is null ? null : reference, format)),
            StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExpressionScorer scorer in ByName.Values) scorer.Dispose();
    }
}
