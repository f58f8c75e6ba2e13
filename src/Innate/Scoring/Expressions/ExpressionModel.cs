using Innate.Models;
using Innate.Rewards;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Scoring.Expressions;

/// <summary>The models that an expression looks with.</summary>
internal sealed class ExpressionModel
{
    /// <summary>The model's traces.</summary>
    public required Func<IReadOnlyList<TraceQuery>, double, CancellationToken, IReadOnlyList<TokenTrace[]>> Traces { get; init; }

    /// <summary>The reference's; null: there is none.</summary>
    public Func<IReadOnlyList<TraceQuery>, double, CancellationToken, IReadOnlyList<TokenTrace[]>>? References { get; init; }

    /// <summary>A trained reward model's numbers; null: it is none.</summary>
    public Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>>? Classify { get; init; }

    /// <summary>Whether it is a trained reward model, which reads whole conversations.</summary>
    public bool IsClassifier { get; init; }

    /// <summary>The tokenizer; asked for where texts are ids, or the other way round.</summary>
    public required Func<Tokenizer> Tokenizer { get; init; }

    /// <summary>The ids of an empty prompt.</summary>
    public required Lazy<int[]> EmptyPrompt { get; init; }

    /// <summary>How text becomes ids; asked for where prompts are written anew, under a profile's system prompt.</summary>
    public required Func<ChatFormat> Format { get; init; }

    /// <summary>The ids that the model takes.</summary>
    public required Func<ModelLimits> Limits { get; init; }

    /// <summary>Refuses an expression of which a model cannot give a part.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="session">The model.</param>
    /// <exception cref="InputException">Names the reward, or the temperature.</exception>
    public static void Require(RewardExpression expression, ModelSession session)
    {
        foreach (RewardKind kind in expression.Needs.Rewards) session.RequireReward(kind);
        foreach (TracePass pass in expression.Needs.Passes) session.RequireAlpha(pass.Alpha);
    }

    /// <summary>A session's model.</summary>
    /// <param name="expression">Whose rewards it has to give.</param>
    /// <param name="session">The model.</param>
    /// <param name="reference">The reference; null: none.</param>
    /// <param name="format">How text becomes ids.</param>
    /// <exception cref="InputException">The model, or the reference, cannot give a reward that is named.</exception>
    public static ExpressionModel Of(
        RewardExpression expression, ModelSession session, ModelSession? reference, ChatFormatOptions format)
    {
        Require(expression, session);
        reference?.RequireReward(RewardKind.Implicit);
        return new ExpressionModel
        {
            Traces = (queries, alpha, cancellation) => session.Traces.Trace(queries, alpha, cancellation),
            References = reference is null ? null
                : (queries, alpha, cancellation) => reference.Traces.Trace(queries, alpha, cancellation),
            Classify = session.ScoreClassifier,
            IsClassifier = session.IsClassifier,
            Tokenizer = () => session.Tokenizer,
            EmptyPrompt = new Lazy<int[]>(() => Expressions.EmptyPrompt.Ids(session.Format(format))),
            Format = () => session.Format(format),
            Limits = () => session.LimitsWith(reference),
        };
    }
}
