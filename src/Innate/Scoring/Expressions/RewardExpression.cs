using Innate.Rewards;
using Innate.Scoring.External;
using Innate.Scoring.Profiles;

namespace Innate.Scoring.Expressions;

/// <summary>
/// A reward as an expression: <c>endogenous(gamma=0.95) + 2*check(numeric) - 0.01*tokens</c> (docs/expressions.md). Two are equal
/// where they say the same.
/// </summary>
public sealed class RewardExpression : IEquatable<RewardExpression>
{
    private RewardExpression(RewardNode node, IReadOnlyList<RewardFunction> functions)
    {
        (Node, Functions) = (node, functions);
        Needs = ExpressionNeeds.Of(node);
    }

    /// <summary>What it says.</summary>
    internal RewardNode Node { get; }

    /// <summary>What it needs.</summary>
    internal ExpressionNeeds Needs { get; }

    /// <summary>The caller's own rewards.</summary>
    internal IReadOnlyList<RewardFunction> Functions { get; }

    /// <summary>Reads an expression, or one reward in the form <c>NAME[:WEIGHT][,OPTION=VALUE...]</c>.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="functions">Rewards of the caller's own, which it may name; null: none.</param>
    /// <exception cref="InputException">
    /// It cannot be read: what was expected at which place, counted from 1, and what was found.
    /// </exception>
    public static RewardExpression Parse(string text, IReadOnlyList<RewardFunction>? functions = null) =>
        Parse(text, "Reward", functions);

    /// <summary>The same with profiles that are found otherwise than as files beside the working folder.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="profiles">A profile by its name.</param>
    public static RewardExpression Parse(string text, Func<string, RewardProfile> profiles) =>
        Of(ExpressionParser.Parse(text, "Reward", [], profiles));

    /// <summary>The same as the value of a setting.</summary>
    internal static RewardExpression Parse(string text, string field, IReadOnlyList<RewardFunction>? functions = null)
    {
        IReadOnlyList<RewardFunction> own = functions ?? [];
        return new RewardExpression(
            ExpressionParser.Parse(text, field, [.. own.Select(f => f.Name)], ProfileFinder.Find), own);
    }

    /// <summary>The same, where problems of several are told together; null: something is wrong.</summary>
    internal static RewardExpression? Parse(string text, string field, List<InputProblem> problems) =>
        ExpressionParser.Parse(text, field, [], ProfileFinder.Find, problems) is { } node
            ? new RewardExpression(node, [])
            : null;

    /// <summary>An expression that was put together.</summary>
    internal static RewardExpression Of(RewardNode node, IReadOnlyList<RewardFunction>? functions = null) =>
        new(node, functions ?? []);

    /// <summary>Whether <c>gamma=recommended</c> stands in it, which <see cref="WithRecommended"/> replaces.</summary>
    public bool NeedsRecommendedGamma => Needs.Recommended is not null;

    /// <summary>The one reward that it names, without a parameter; null: it says more.</summary>
    public RewardKind? AsName() =>
        Node is LeafNode leaf && leaf.Options == LeafOptions.None ? LeafNames.RewardOf(leaf.Kind) : null;

    /// <summary>The one reward that it names with its parameters; null: it says more.</summary>
    public (RewardKind Kind, RewardOptions Options)? AsReward() =>
        Node is LeafNode { Options.RecommendedGamma: false } leaf && LeafNames.RewardOf(leaf.Kind) is { } kind
            ? (kind, LeafGroup.OptionsOf(leaf))
            : null;

    /// <summary>Whether a reference model is compared with.</summary>
    public bool NeedsReference => Needs.Reference is not null;

    /// <summary>
    /// Refuses what an expression from a stranger must not do: run a command, ask a server, or match a regular expression, which
    /// may take long.
    /// </summary>
    /// <exception cref="InputException">The first term that does.</exception>
    public void RequireHarmless()
    {
        if (Needs.First(l => LeafNames.IsExternal(l.Kind) || l.Options.Pattern is not null || l.Rules?.Pattern is not null)
            is not { } leaf) return;
        throw new InputException(
            "Reward", "rewards that are computed here: no command, no http, no reward-model, no pattern",
            ExpressionText.Of(leaf));
    }

    /// <summary>Refuses to be told token by token where that is not defined.</summary>
    /// <exception cref="InputException">The first part of which no token has a share.</exception>
    public void RequireTokens() => ExpressionChecks.RequireTokens(this);

    /// <summary>The same with a discount where <c>gamma=recommended</c> stands.</summary>
    /// <param name="gamma">From 0 to 1.</param>
    public RewardExpression WithRecommended(double gamma) => Of(
        Node.Changed(leaf => !leaf.Options.RecommendedGamma
            ? leaf
            : leaf with { Options = leaf.Options with { RecommendedGamma = false, Gamma = gamma } }),
        Functions);

    /// <summary>
    /// What of it decides a result's bits: where a reward is asked for, and how patiently, does not; of a profile what it says
    /// does, not where it lies.
    /// </summary>
    internal RewardExpression Deciding => Of(
        Node.Changed(
            leaf => LeafNames.IsExternal(leaf.Kind)
                ? leaf with
                {
                    Options = new LeafOptions
                    {
                        Run = leaf.Options.Run, Model = leaf.Options.Model, Steps = leaf.Options.Steps,
                    },
                }
                : leaf,
            profile => profile with { Place = $"{profile.Prefers}: {ExpressionText.Of(profile.Term)}" }),
        Functions);

    /// <summary>Computes the leaves of one group's responses.</summary>
    internal ExpressionGroup Compute(LeafGroup group) => new(Needs.Leaves.ToDictionary(u => u, group.Values), group);

    /// <summary>The expression with what its profiles say in place of their names: equal texts are one reward.</summary>
    public string Formula => Deciding.ToString();

    /// <summary>The expression as it is written, which is read again as the same.</summary>
    public override string ToString() => ExpressionText.Of(Node);

    /// <inheritdoc/>
    public bool Equals(RewardExpression? other) => other is not null && Node == other.Node;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RewardExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.GetHashCode();
}
