using Innate.Rewards;

namespace Innate.Benchmarks.Evaluation;

/// <summary>
/// Scorers that order responses alike by their form, so that a table shows them as one row. Without discount the endogenous
/// reward of a response is its log-likelihood and V(s_1), a constant of the prompt (arXiv 2506.23235, by telescoping).
/// </summary>
public static class ScorerTwins
{
    /// <summary>Why rows are merged.</summary>
    public const string Note =
        "At gamma 1 the endogenous reward is the log-likelihood plus a constant of the prompt: both order responses alike, and "
        + "are one row.";

    /// <summary>The rows of a table in the order of the scorers: the first of twins, with all their names.</summary>
    public static IReadOnlyList<(ScorerResult Scorer, string Name)> Rows(IReadOnlyList<ScorerResult> scorers)
    {
        List<(ScorerResult Scorer, string Name)> rows = [];
        foreach (ScorerResult scorer in scorers)
        {
            int at = rows.FindIndex(r => AreTwins(r.Scorer, scorer));
            if (at < 0) rows.Add((scorer, scorer.Spec.Name));
            else rows[at] = rows[at] with { Name = $"{rows[at].Name} = {scorer.Spec.Name}" };
        }

        return rows;
    }

    /// <summary>Whether any are.</summary>
    public static bool HasAny(IReadOnlyList<ScorerResult> scorers) => Rows(scorers).Count < scorers.Count;

    // By form, and by what came out: where responses to different prompts are compared the constant counts.
    private static bool AreTwins(ScorerResult a, ScorerResult b) =>
        IsLikelihood(a.Spec) && IsLikelihood(b.Spec) && a.Spec.Options.First == b.Spec.Options.First
        && a.Ties == b.Ties && a.Unscored == b.Unscored && a.Metrics.Count > 0 && a.Metrics.SequenceEqual(b.Metrics);

    private static bool IsLikelihood(ScorerSpec spec) => spec.Kind == ScorerKind.Trace && spec.Reward switch
    {
        RewardKind.LogLikelihood => true,
        RewardKind.Endogenous => spec.Options is { Gamma: 1, Alpha: 1 },
        RewardKind.EndogenousLogProb => spec.Options.Gamma == 1,
        _ => false,
    };
}
