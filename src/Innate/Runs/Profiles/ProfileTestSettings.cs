using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Profiles;

/// <summary>Profiles that are tested on their own pairs, and on each other's.</summary>
public sealed record ProfileTestSettings
{
    /// <summary>The profiles, of different names.</summary>
    public required IReadOnlyList<RewardProfile> Profiles { get; init; }

    /// <summary>The model.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>Rows with several responses each, whose orders are compared too; null: those of the pairs alone.</summary>
    public string? Data { get; init; }

    /// <summary>Where a page of the findings is written; null: nowhere.</summary>
    public string? Report { get; init; }
}
