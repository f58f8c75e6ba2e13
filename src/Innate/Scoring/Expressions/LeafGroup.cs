using System.Text.RegularExpressions;
using Innate.Rewards;
using Innate.Scoring.Grading;
using Innate.Scoring.Rules;
using Innate.Traces;

namespace Innate.Scoring.Expressions;

/// <summary>What is known of the responses to one prompt, from which leaves are computed. Pure.</summary>
internal sealed class LeafGroup
{
    // A pattern is read once for a group, not once a response.
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    /// <summary>The responses' texts; null where they are not known.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>The responses' ids.</summary>
    public required IReadOnlyList<int[]> TokenIds { get; init; }

    /// <summary>The gold answer; null: there is none.</summary>
    public string? Gold { get; init; }

    /// <summary>Decides what is random.</summary>
    public ulong Key { get; init; }

    /// <summary>The longest response that the run allows; null: it is not known.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>A trained reward model's numbers by the rule for steps; null: there is none.</summary>
    public Func<StepRule, double[]>? Head { get; init; }

    /// <summary>Traces by the model that a leaf looks with.</summary>
    public required Func<LeafUse, IReadOnlyList<TokenTrace>> Traces { get; init; }

    /// <summary>Traces by the reference.</summary>
    public Func<LeafUse, IReadOnlyList<TokenTrace>>? References { get; init; }

    /// <summary>What somebody outside said of the responses.</summary>
    public IReadOnlyDictionary<LeafNode, double?[]> External { get; init; } = new Dictionary<LeafNode, double?[]>();

    /// <summary>
    /// Of leaves whose responses were judged step by step, one reward a token; a leaf that is not there stands on the last token.
    /// </summary>
    public IReadOnlyDictionary<LeafNode, double[][]> Payments { get; init; } = new Dictionary<LeafNode, double[][]>();

    /// <summary>A leaf's values, one a response; null: absent.</summary>
    public IReadOnlyList<double?> Values(LeafUse use)
    {
        LeafNode leaf = use.Leaf;
        if (LeafNames.IsExternal(leaf.Kind)) return External[leaf];
        if (LeafNames.IsOfTraces(leaf.Kind)) return [.. Results(use).Select(r => (double?)r.Value)];
        switch (leaf.Kind)
        {
            case LeafKind.Classifier or LeafKind.Process or LeafKind.Polar:
                return [.. Head!(OptionsOf(leaf).Steps).Select(s => (double?)s)];
            case LeafKind.Majority:
                return [.. MajorityVote.OfResponses(Texts!, leaf.Options.Boxed).Rewards.Select(r => (double?)r)];
            case LeafKind.Random:
                return [.. ControlRewards.Random(Key, TokenIds.Count).Select(r => (double?)r)];
            case LeafKind.Tokens:
                return [.. TokenIds.Select(ids => (double?)ids.Length)];
            case LeafKind.Repetition:
                return [.. TokenIds.Select(ids => (double?)RepetitionPenalty.Compute(ids))];
            case LeafKind.Length:
                int max = leaf.Options.Max ?? MaxTokens!.Value;
                return [.. TokenIds.Select(ids => (double?)LengthPenalty.SoftOverlong(ids.Length, max, Math.Max(1, max / 4)))];
            default:
                return [.. Texts!.Select((text, i) => OfText(leaf, text, TokenIds[i].Length))];
        }
    }

    /// <summary>A leaf of traces, token by token.</summary>
    public IReadOnlyList<RewardResult> Results(LeafUse use)
    {
        RewardOptions options = OptionsOf(use.Leaf);
        IReadOnlyList<TokenTrace>? references = use.Leaf.Kind == LeafKind.Implicit ? References!(use) : null;
        return [.. Traces(use).Select((trace, i) =>
            Reward.Compute(LeafNames.RewardOf(use.Leaf.Kind)!.Value, trace, options, references?[i]))];
    }

    /// <summary>The parameters of a leaf of traces.</summary>
    public static RewardOptions OptionsOf(LeafNode leaf) => new()
    {
        Alpha = leaf.Options.Alpha ?? 1,
        Gamma = leaf.Options.Gamma ?? 1,
        Beta = leaf.Options.Beta ?? 0,
        First = leaf.Options.First,
        Steps = leaf.Options.Steps ?? StepRule.Min,
    };

    private double? OfText(LeafNode leaf, string text, int tokens) => leaf.Kind switch
    {
        LeafKind.Characters => text.Length,
        LeafKind.Check => leaf.Rules!.Of(text, tokens, PatternOf(leaf.Rules.Pattern)),
        LeafKind.Format => PatternOf(leaf.Options.Pattern) is { } pattern
            ? FormatReward.Matches(text, pattern)
            : FormatReward.Tags(text, leaf.Options.Tags!.Split('+')),
        _ => VerifiableAnswer.Check(text, Gold!, leaf.Options.Boxed).Reward,
    };

    private Regex? PatternOf(string? text)
    {
        if (text is null) return null;
        if (!_patterns.TryGetValue(text, out Regex? pattern)) _patterns[text] = pattern = FormatReward.Pattern(text);
        return pattern;
    }
}
