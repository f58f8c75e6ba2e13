using Innate.Judges;
using Innate.Sessions;

namespace Innate.Runs.Evaluation;

/// <summary>Who checks the reasoning behind right answers, and how often.</summary>
public sealed record ReasoningCheckSettings
{
    /// <summary>The paper's protocol has several checks; how many is not told, ours is 3.</summary>
    public const int UsualChecks = 3;

    /// <summary>A judge that says yes or no; null: <see cref="Model"/> is a process reward model.</summary>
    public JudgeSettings? Judge { get; init; }

    /// <summary>The model that is asked; null: the policy itself, which only a judge can be asked of.</summary>
    public ModelSource? Model { get; init; }

    /// <summary>
    /// Checks of each sample, each with a seed of its own; null: <see cref="UsualChecks"/> of a judge that samples, else 1, for
    /// all would be the same.
    /// </summary>
    public int? Checks { get; init; }

    /// <summary>How often a sample is checked.</summary>
    internal int Count => Checks ?? (Samples ? UsualChecks : 1);

    // Whether two checks of one sample may differ.
    private bool Samples => Judge is { } judge && judge.ReasoningTemperature > 0
        && (JudgeTraits.Of(judge.Kind).Writes || judge.ReasoningTokens > 0);

    /// <summary>Refuses what could tell nothing.</summary>
    /// <exception cref="InputException">A judge without yes and no, no checker, or several checks that are alike.</exception>
    internal void Check()
    {
        if (Judge is { } judge
            && judge.Kind is not (JudgeKind.Verifier or JudgeKind.GenRm or JudgeKind.GenRmCot or JudgeKind.ThinkPrm))
        {
            throw new InputException(
                "CheckReasoning", "a judge that says whether a solution is right: verifier, genrm, genrm-cot, thinkprm; or a "
                + "process reward model's folder", JudgeNames.Of(judge.Kind));
        }

        if (Judge is null && Model is null) throw new InputException("CheckReasoning", "a judge or a model", "neither");
        if (Checks is < 1) throw new InputException(nameof(Checks), "a whole number of at least 1", $"{Checks}");
        if (Checks > 1 && !Samples)
        {
            throw new InputException(
                nameof(Checks), "1 with a checker that says the same each time: a process reward model, or a judge that reasons "
                + "in no {ReasoningTokens}", $"{Checks}");
        }
    }
}
