using Innate.Rows;
using Innate.Scoring;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs;

/// <summary>Rows whose responses, given or sampled, are compared.</summary>
public record CandidateSettings
{
    /// <summary>The rows.</summary>
    public required RowLocation Input { get; init; }

    /// <summary>The results.</summary>
    public required RowLocation Output { get; init; }

    /// <summary>The model that scores.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>The reward, or the judge.</summary>
    public ScorerSettings Scorer { get; init; } = new();

    /// <summary>How responses are sampled, in place of the rows' own; null: the rows' own count.</summary>
    public SampleSettings? Sample { get; init; }

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();
}
