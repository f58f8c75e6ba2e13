namespace Innate.Scoring.Expressions;

/// <summary>A part of a reward's expression. Two expressions are equal where they say the same in the same order.</summary>
internal abstract record RewardNode
{
    /// <summary>The parts that it is made of, in the order in which they are written.</summary>
    public virtual IReadOnlyList<RewardNode> Parts => [];

    /// <summary>The same with other leaves.</summary>
    /// <param name="change">From a leaf to another.</param>
    /// <param name="profile">From a profile to another; null: as it is.</param>
    public RewardNode Changed(Func<LeafNode, RewardNode> change, Func<ProfileNode, ProfileNode>? profile = null)
    {
        RewardNode Of(RewardNode node) => node.Changed(change, profile);
        return this switch
        {
            LeafNode leaf => change(leaf),
            NegativeNode negative => new NegativeNode(Of(negative.Term)),
            BinaryNode binary => binary with { Left = Of(binary.Left), Right = Of(binary.Right) },
            NormalizedNode z => new NormalizedNode(Of(z.Term)),
            ShuffledNode shuffled => new ShuffledNode(Of(shuffled.Term)),
            GateNode gate => new GateNode(Of(gate.Check), Of(gate.Reward)),
            ClipNode clip => clip with { Term = Of(clip.Term) },
            ElseNode other => new ElseNode(Of(other.Term), Of(other.Other)),
            PmiNode pmi => new PmiNode(Of(pmi.Term)),
            ProfileNode own => (profile?.Invoke(own) ?? own) with { Term = Of(own.Term) },
            _ => this,
        };
    }

    /// <summary>Itself and all parts below it, as they are written.</summary>
    public IEnumerable<RewardNode> All
    {
        get
        {
            Stack<RewardNode> open = new([this]);
            while (open.TryPop(out RewardNode? node))
            {
                yield return node;
                for (int i = node.Parts.Count - 1; i >= 0; i--) open.Push(node.Parts[i]);
            }
        }
    }
}

/// <summary>A number.</summary>
internal sealed record NumberNode(double Value) : RewardNode;

/// <summary>A reward by its name: <c>endogenous(gamma=0.95)</c>.</summary>
/// <param name="Kind">Which.</param>
internal sealed record LeafNode(LeafKind Kind) : RewardNode
{
    /// <summary>What was said in its brackets.</summary>
    public LeafOptions Options { get; init; } = LeafOptions.None;

    /// <summary>Of <see cref="LeafKind.Check"/>: what is checked.</summary>
    public CheckRules? Rules { get; init; }

    /// <summary>Of <see cref="LeafKind.Function"/>: its name.</summary>
    public string? FunctionName { get; init; }

    /// <summary>The name as it is written.</summary>
    public string Name => FunctionName ?? LeafNames.NameOf(Kind);
}

/// <summary>Minus a term.</summary>
internal sealed record NegativeNode(RewardNode Term) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}

/// <summary>Two terms and one of + - * / between them.</summary>
internal sealed record BinaryNode(char Operator, RewardNode Left, RewardNode Right) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Left, Right];
}

/// <summary><c>z(term)</c>: brought to mean 0 and deviation 1 within the group.</summary>
internal sealed record NormalizedNode(RewardNode Term) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}

/// <summary><c>shuffled(term)</c>: dealt out anew within the group.</summary>
internal sealed record ShuffledNode(RewardNode Term) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}

/// <summary><c>gate(check, reward)</c>: the reward orders what the check lets through.</summary>
internal sealed record GateNode(RewardNode Check, RewardNode Reward) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Check, Reward];
}

/// <summary><c>clip(term, low, high)</c>.</summary>
internal sealed record ClipNode(RewardNode Term, double Low, double High) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}

/// <summary><c>else(term, other)</c>: what stands in where the term has no value.</summary>
internal sealed record ElseNode(RewardNode Term, RewardNode Other) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term, Other];
}

/// <summary><c>pmi(term)</c>: the term less the same of the same responses under an empty prompt.</summary>
internal sealed record PmiNode(RewardNode Term) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}

/// <summary><c>profile(NAME)</c>: the profile's reward of the same responses under its system prompt.</summary>
/// <param name="Place">The profile as it is named: by its name or its file.</param>
/// <param name="Prefers">The system prompt.</param>
/// <param name="Term">The reward, with what normalizes it.</param>
internal sealed record ProfileNode(string Place, string Prefers, RewardNode Term) : RewardNode
{
    public override IReadOnlyList<RewardNode> Parts => [Term];
}
