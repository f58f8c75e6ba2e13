using Innate.Rewards;

namespace Innate.Sessions;

/// <summary>A trained reward model's head, which gives one reward and no other.</summary>
internal static class ScoreHead
{
    /// <summary>Refuses a reward that belongs to the other kind of head.</summary>
    public static void Require(RewardKind kind, bool isClassifier, string model)
    {
        if (kind == RewardKind.Classifier && !isClassifier)
        {
            throw new InputException(
                "Reward", $"a reward of a language model, for {model} is no trained reward model with a score head",
                "classifier");
        }

        if (kind != RewardKind.Classifier && isClassifier)
        {
            throw new InputException(
                "Reward", $"classifier, for {model} is a trained reward model with a score head", RewardNames.NameOf(kind));
        }
    }
}
