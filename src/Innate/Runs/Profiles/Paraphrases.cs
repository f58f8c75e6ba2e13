using Innate.Scoring.Profiles;

namespace Innate.Runs.Profiles;

/// <summary>Other words for a profile's wish: its own, or three that a rule makes.</summary>
internal static class Paraphrases
{
    /// <summary>The words, and whether a rule made them.</summary>
    public static (IReadOnlyList<string> Words, bool IsByRule) Of(RewardProfile profile) => profile.Paraphrases.Count > 0
        ? (profile.Paraphrases, false)
        : (
        [
            $"You are a helpful assistant. {profile.Prefers}",
            $"Please note: {profile.Prefers}",
            $"{profile.Prefers} This holds for every answer.",
        ], true);
}
