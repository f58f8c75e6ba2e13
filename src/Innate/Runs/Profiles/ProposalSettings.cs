using Innate.Scoring.Profiles;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Profiles;

/// <summary>Pairs for which words are looked for.</summary>
public sealed record ProposalSettings
{
    /// <summary>The pairs, of two prompts at least.</summary>
    public required IReadOnlyList<ProfilePair> Pairs { get; init; }

    /// <summary>The model, which proposes words and is measured under them.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>How many wordings are sampled from the model; 0: none.</summary>
    public int Samples { get; init; } = 8;

    /// <summary>Decides the samples.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Words that were tried.</summary>
/// <param name="Words">The system prompt.</param>
/// <param name="IsSampled">Whether the model said them; else they are one of a fixed few.</param>
/// <param name="Agreement">On the half of the prompts on which words are chosen.</param>
public sealed record ProposedWording(string Words, bool IsSampled, Share Agreement);

/// <summary>What was found.</summary>
/// <param name="Wordings">All that were tried, best first.</param>
/// <param name="HeldOut">The best one's agreement on the other half of the prompts, which had no part in the choice.</param>
/// <param name="HeldOutWithout">The same without words.</param>
public sealed record ProposalResult(IReadOnlyList<ProposedWording> Wordings, Share HeldOut, Share HeldOutWithout)
{
    /// <summary>The best one.</summary>
    public string Best => Wordings[0].Words;

    /// <summary>Whether the best one steers, by the half that had no part in the choice.</summary>
    public SteeringVerdict Verdict => ProfileTestRun.Verdict(HeldOut, HeldOutWithout);
}
