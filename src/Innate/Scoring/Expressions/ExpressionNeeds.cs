using Innate.Rewards;

namespace Innate.Scoring.Expressions;

/// <summary>Traces that are asked of a model: with which temperature of V, and under which prompt.</summary>
/// <param name="Alpha">The temperature.</param>
/// <param name="View">The prompt.</param>
internal readonly record struct TracePass(double Alpha, PromptView View);

/// <summary>
/// What an expression needs, known from its text alone: whatever is missing is refused before a model is loaded. Pure.
/// </summary>
internal sealed record ExpressionNeeds
{
    /// <summary>The leaves with the prompts under which they are asked for, each once, in the order of the text.</summary>
    public required IReadOnlyList<LeafUse> Leaves { get; init; }

    /// <summary>Passes over the responses: of the model that rewards, and of the reference where a leaf has one.</summary>
    public required IReadOnlyList<TracePass> Passes { get; init; }

    /// <summary>Whether something compares a group's responses.</summary>
    public required string? Group { get; init; }

    /// <summary>The first leaf of a kind, for messages; null: there is none.</summary>
    public LeafNode? First(Func<LeafNode, bool> kind) => Leaves.Select(u => u.Leaf).FirstOrDefault(kind);

    /// <summary>The leaf that needs traces of the model that samples; null: none.</summary>
    public LeafNode? Policy => First(l => l.Kind is LeafKind.SelfCertainty or LeafKind.Entropy or LeafKind.Implicit);

    /// <summary>The leaf that needs traces of the frozen model; null: none.</summary>
    public LeafNode? Frozen =>
        First(l => LeafNames.IsOfTraces(l.Kind) && l.Kind is not (LeafKind.SelfCertainty or LeafKind.Entropy));

    /// <summary>The leaf that needs a reference model; null: none.</summary>
    public LeafNode? Reference => First(l => l.Kind == LeafKind.Implicit);

    /// <summary>The leaf that needs a gold answer; null: none.</summary>
    public LeafNode? Gold => First(l => l.Kind is LeafKind.Verifiable or LeafKind.Grade);

    /// <summary>The leaf that needs a trained reward model; null: none.</summary>
    public LeafNode? Classifier => First(l => l.Kind is LeafKind.Classifier or LeafKind.Process or LeafKind.Polar);

    /// <summary>The leaf that reads the response's text; null: none.</summary>
    public LeafNode? Text => First(l => LeafNames.IsExternal(l.Kind) || l.Kind is LeafKind.Majority or LeafKind.Verifiable
        or LeafKind.Grade or LeafKind.Format or LeafKind.Characters or LeafKind.Check);

    /// <summary>The leaf that knows the longest response of the run alone; null: none.</summary>
    public LeafNode? Longest => First(l => l is { Kind: LeafKind.Length, Options.Max: null });

    /// <summary>The leaf whose discount is to be looked up; null: none.</summary>
    public LeafNode? Recommended => First(l => l.Options.RecommendedGamma);

    /// <summary>Leaves that somebody outside rewards, each once.</summary>
    public IReadOnlyList<LeafNode> External =>
        [.. Leaves.Select(u => u.Leaf).Where(l => LeafNames.IsExternal(l.Kind)).Distinct()];

    /// <summary>Whether a leaf is asked for under an empty prompt.</summary>
    public bool EmptyPrompt => Leaves.Any(u => u.View.IsEmpty);

    /// <summary>The system prompts of profiles, under which leaves of traces are asked for.</summary>
    public IReadOnlyList<string> Systems =>
        [.. Leaves.Where(u => LeafNames.IsOfTraces(u.Leaf.Kind)).Select(u => u.View.System).OfType<string>().Distinct()];

    /// <summary>Whether a response can be left without a number.</summary>
    public bool CanBeMissing { get; private init; }

    /// <summary>The rewards of models that are named.</summary>
    public IEnumerable<RewardKind> Rewards => Leaves.Select(u => LeafNames.RewardOf(u.Leaf.Kind)).OfType<RewardKind>().Distinct();

    /// <summary>The needs of an expression.</summary>
    public static ExpressionNeeds Of(RewardNode node)
    {
        LeafUse[] leaves = [.. Uses(node, PromptView.Own).Distinct()];
        double usual = Alpha(leaves);
        return new ExpressionNeeds
        {
            Leaves = leaves,
            Passes = [.. leaves.Where(u => LeafNames.IsOfTraces(u.Leaf.Kind)).Select(u => PassOf(u, usual)).Distinct()],
            Group = node.All.Select(Comparing).FirstOrDefault(c => c is not null),
            CanBeMissing = leaves.Any(u => LeafNames.IsExternal(u.Leaf.Kind) || u.Leaf.Options.Pattern is not null
                || u.Leaf.Rules?.Pattern is not null) || node.All.Any(n => n is BinaryNode { Operator: '/' }),
        };
    }

    /// <summary>The pass from which a leaf is computed: leaves that no alpha changes share that of one that it does.</summary>
    public TracePass PassOf(LeafUse use) => PassOf(use, Alpha(Leaves));

    private static TracePass PassOf(LeafUse use, double usual) =>
        new(use.Leaf.Kind == LeafKind.Endogenous ? use.Leaf.Options.Alpha ?? 1 : usual, use.View);

    private static double Alpha(IEnumerable<LeafUse> leaves) =>
        leaves.FirstOrDefault(u => u.Leaf.Kind == LeafKind.Endogenous)?.Leaf.Options.Alpha ?? 1;

    private static IEnumerable<LeafUse> Uses(RewardNode node, PromptView view) => node switch
    {
        LeafNode leaf => [new LeafUse(leaf, view)],
        PmiNode pmi => [.. Uses(pmi.Term, view), .. Uses(pmi.Term, PromptView.Empty)],
        ProfileNode profile => Uses(profile.Term, PromptView.Under(profile.Prefers)),
        _ => node.Parts.SelectMany(p => Uses(p, view)),
    };

    private static string? Comparing(RewardNode node) => node switch
    {
        NormalizedNode => "z",
        ShuffledNode => "shuffled",
        GateNode => "gate",
        LeafNode { Kind: LeafKind.Majority } => "majority",
        _ => null,
    };
}
