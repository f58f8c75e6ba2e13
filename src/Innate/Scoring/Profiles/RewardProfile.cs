using Innate.Scoring.Expressions;

namespace Innate.Scoring.Profiles;

/// <summary>
/// A reward that is steered by words, as a small file holds it (docs/profiles.md): a reward under a system prompt that says what
/// to prefer.
/// </summary>
public sealed record RewardProfile
{
    /// <summary>Its name: letters, digits, '.', '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>What it prefers, in words: the system prompt.</summary>
    public required string Prefers { get; init; }

    /// <summary>The reward as it is written.</summary>
    public string Reward { get; init; } = "endogenous";

    /// <summary>The discount of endogenous rewards that say none; null: 1.</summary>
    public double? Gamma { get; init; }

    /// <summary>The least weight of a token of endogenous rewards that say none; null: 0.</summary>
    public double? Beta { get; init; }

    /// <summary>Whether the reward is brought to mean 0 and deviation 1 over the responses that are compared.</summary>
    public bool Normalize { get; init; }

    /// <summary>What its author expects of it.</summary>
    public IReadOnlyList<ProfilePair> Pairs { get; init; } = [];

    /// <summary>The same wish in other words.</summary>
    public IReadOnlyList<string> Paraphrases { get; init; } = [];

    /// <summary>The reward, as <c>profile(NAME)</c> in an expression is.</summary>
    public RewardExpression Expression => ExpressionAt(Name);

    /// <summary>The same, as it is named by its file.</summary>
    /// <param name="place">The name or file by which it was asked for.</param>
    public RewardExpression ExpressionAt(string place) => RewardExpression.Of(Node(place));

    /// <summary>The reward under the system prompt.</summary>
    internal ProfileNode Node(string place) => new(place, Prefers, Normalize ? new NormalizedNode(Term) : Term);

    /// <summary>The reward under whichever prompt, not normalized.</summary>
    internal RewardNode Term => RewardExpression.Parse(Reward, NoProfile).Node.Changed(leaf => !IsDiscounted(leaf)
        ? leaf
        : leaf with
        {
            Options = leaf.Options with
            {
                Gamma = leaf.Options.Gamma ?? (leaf.Options.RecommendedGamma ? null : Gamma),
                Beta = leaf.Options.Beta ?? Beta,
            },
        });

    /// <summary>Whether a discount belongs to a leaf.</summary>
    internal static bool IsDiscounted(LeafNode leaf) => leaf.Kind is LeafKind.Endogenous or LeafKind.EndogenousLogProb;

    /// <summary>A profile's reward names no other one.</summary>
    internal static RewardProfile NoProfile(string name) =>
        throw new InputException("a profile names no other profile");
}
