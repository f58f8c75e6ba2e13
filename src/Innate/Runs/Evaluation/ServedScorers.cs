using Innate.Benchmarks;
using Innate.Benchmarks.Evaluation;
using Innate.Rewards;
using Innate.Scoring;
using Innate.Scoring.Expressions;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Runs.Evaluation;

/// <summary>The scorers that a model can serve.</summary>
internal static class ServedScorers
{
    /// <summary>Those of a run that names none.</summary>
    /// <param name="session">The model.</param>
    /// <param name="hasReference">Whether there is a reference.</param>
    /// <param name="usual">The benchmark's usual scorer; null: it has none.</param>
    /// <param name="all">Whether judges are among them, those that look at one response at a time.</param>
    /// <returns>The scorers; and in a sentence the usual ones that an engine does not tell enough for, null where there are
    /// none.</returns>
    public static (IReadOnlyList<ScorerSpec> Specs, string? LeftOut) Usual(
        ModelSession session, bool hasReference, string? usual, bool all)
    {
        string[] own = session.IsClassifier
            ? [RewardNames.NameOf(ScoreHead.Usual(session.Head))]
            : ["endogenous", "log-likelihood", "mean-log-likelihood", "self-certainty", "entropy"];
        string[] first = usual is null || session.IsClassifier ? [] : [usual];
        string[] compared = hasReference && !session.IsClassifier ? ["implicit"] : [];
        string[] judges = all && !session.IsClassifier ? ["judge-verifier", "judge-pointwise", "judge-genrm"] : [];
        ILookup<bool, ScorerSpec> specs = ScorerSpec
            .ParseAll([.. first, .. own, .. compared, .. judges, "random", "shorter-wins", "longer-wins"])
            .ToLookup(s => s.Kind != ScorerKind.Trace || session.Tells(s.Reward));
        string? leftOut = !specs.Contains(false) ? null
            : $"left out: {string.Join(", ", specs[false].Select(s => s.Name))}, for {session.Name} tells "
                + $"{(session.Traces.Parts == TraceParts.Values ? "Q and V" : "log-probabilities")} alone, not all logits.";
        return ([.. specs[true]], leftOut);
    }

    /// <summary>Refuses, before any work and by name, what the model cannot serve.</summary>
    /// <param name="specs">The scorers.</param>
    /// <param name="session">The model.</param>
    /// <param name="settings">Says whether there is a reference.</param>
    /// <param name="grid">Weights to try; null: none.</param>
    /// <exception cref="InputException">The scorer, what it needs, and what there is.</exception>
    public static void Require(
        IReadOnlyList<ScorerSpec> specs, ModelSession session, EvaluationSettings settings, SweepGrid? grid)
    {
        foreach (ScorerSpec spec in specs)
        {
            string field = $"{nameof(settings.Scorers)}: {spec.Name}";
            if (spec.Kind == ScorerKind.Classifier && !session.IsClassifier)
            {
                throw new InputException(field, "a trained reward model", $"{session.Folder}, a language model");
            }

            if (spec.Kind == ScorerKind.Classifier) PolarRows.Refuse(spec.Reward, "in an evaluation");
            if (spec.Kind == ScorerKind.Classifier && ScoreHead.Usual(session.Head) is var own && own != spec.Reward)
            {
                throw new InputException(field, RewardNames.NameOf(own), $"{session.Folder}, a reward model of that head");
            }

            if (spec.Kind is ScorerKind.Trace or ScorerKind.Judge && session.IsClassifier)
            {
                throw new InputException(
                    field, "a language model", $"{session.Folder}, a trained reward model with a score head");
            }

            if (spec.Kind == ScorerKind.Trace)
            {
                session.RequireReward(spec.Reward);
                session.RequireAlpha(spec.Options.Alpha);
            }

            if (spec.Expression is { } expression) ExpressionModel.Require(expression, session);
            if (NeedsReference(spec) && settings.Reference is null)
            {
                throw new InputException(field, "a model in {Reference}", "none");
            }
        }

        if (settings.Reference is not null && !specs.Any(NeedsReference))
        {
            throw new InputException(nameof(settings.Reference), "none without implicit among {Scorers}", "one");
        }

        if (grid is not null && !specs.Any(s => s.IsWeighted))
        {
            throw new InputException(nameof(settings.Sweep), "a scorer with weights, endogenous or endogenous-logprob", "none");
        }
    }

    private static bool NeedsReference(ScorerSpec spec) =>
        spec is { Kind: ScorerKind.Trace, Reward: RewardKind.Implicit } || spec.Expression?.Needs.Reference is not null;
}
