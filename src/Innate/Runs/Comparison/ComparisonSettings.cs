using Innate.Judges;
using Innate.Runs.Evaluation;
using Innate.Sessions;

namespace Innate.Runs.Comparison;

/// <summary>Which scorers choose among one set of a policy's answers.</summary>
public sealed record ComparisonSettings
{
    /// <summary>How the answers are sampled; its <see cref="PolicyEvaluationSettings.Output"/> holds the results.</summary>
    public required PolicyEvaluationSettings Policy { get; init; }

    /// <summary>The policy's own scorers, as in <see cref="EvaluationSettings.Scorers"/>.</summary>
    public IReadOnlyList<string> Scorers { get; init; } = [EvaluationRun.AllScorers];

    /// <summary>More models, each with all that it can score by: trained reward models, other language models.</summary>
    public IReadOnlyList<ModelSource> Models { get; init; } = [];

    /// <summary>The implicit reward's reference model; null: none.</summary>
    public ModelSource? Reference { get; init; }

    /// <summary>How judges among the scorers ask, whatever its kind; null: by the defaults.</summary>
    public JudgeSettings? Judge { get; init; }

    /// <summary>What to judge by, in words; null: nothing.</summary>
    public string? Principle { get; init; }

    /// <summary>Bootstrap resamples of the intervals.</summary>
    public int Resamples { get; init; } = 1000;
}
