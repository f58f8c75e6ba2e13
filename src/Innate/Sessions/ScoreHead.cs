using Innate.Models;
using Innate.Rewards;

namespace Innate.Sessions;

/// <summary>A trained reward model's head, which gives one reward and no other.</summary>
internal static class ScoreHead
{
    /// <summary>Refuses a reward that belongs to another kind of head.</summary>
    public static void Require(RewardKind kind, HeadKind head, string model)
    {
        HeadKind wanted = Of(kind);
        if (wanted == head) return;
        throw new InputException("Reward", Given(head, model), RewardNames.NameOf(kind));
    }

    /// <summary>The reward that a head gives where none is named.</summary>
    public static RewardKind Usual(HeadKind head) => head switch
    {
        HeadKind.Score => RewardKind.Classifier,
        HeadKind.Steps => RewardKind.Process,
        _ => RewardKind.Endogenous,
    };

    private static HeadKind Of(RewardKind kind) => kind switch
    {
        RewardKind.Classifier or RewardKind.Polar => HeadKind.Score,
        RewardKind.Process => HeadKind.Steps,
        _ => HeadKind.Language,
    };

    private static string Given(HeadKind head, string model) => head switch
    {
        HeadKind.Score => $"classifier, for {model} is a trained reward model with a score head",
        HeadKind.Steps => $"process, for {model} is a trained process reward model, whose head judges steps",
        _ => $"a reward of a language model, for {model} is no trained reward model with a score head",
    };
}
