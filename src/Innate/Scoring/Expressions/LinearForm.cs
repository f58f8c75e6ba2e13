namespace Innate.Scoring.Expressions;

/// <summary>A leaf with what it is multiplied by.</summary>
/// <param name="Use">The leaf.</param>
/// <param name="Factor">What it is multiplied by: one number a response.</param>
internal sealed record LinearTerm(LeafUse Use, RewardNode Factor);

/// <summary>
/// An expression as a sum of leaves that have a share at each token, each times something that has none, and of a rest. Pure.
/// </summary>
/// <param name="Terms">The leaves.</param>
/// <param name="Rest">What has no share at a token, with its sign, under its prompt.</param>
/// <param name="Bent">
/// The first part in which a token's share cannot be told, such as <c>clip(endogenous, 0, 1)</c>; null: none.
/// </param>
internal sealed record LinearForm(
    IReadOnlyList<LinearTerm> Terms, IReadOnlyList<(RewardNode Node, PromptView View)> Rest, RewardNode? Bent)
{
    private static readonly LinearForm Nothing = new([], [], null);

    /// <summary>The form of an expression.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="isOfTokens">Which leaves have a share at each token.</param>
    public static LinearForm Of(RewardNode node, Func<LeafKind, bool> isOfTokens) => Of(node, PromptView.Own, isOfTokens);

    private static LinearForm Of(RewardNode node, PromptView view, Func<LeafKind, bool> isOfTokens)
    {
        bool HasTokens(RewardNode n) => n.All.OfType<LeafNode>().Any(l => isOfTokens(l.Kind));
        if (!HasTokens(node)) return Nothing with { Rest = [(node, view)] };
        switch (node)
        {
            case LeafNode leaf:
                return Nothing with { Terms = [new LinearTerm(new LeafUse(leaf, view), new NumberNode(1))] };
            case NegativeNode negative:
                return Of(negative.Term, view, isOfTokens).Changed(f => new NegativeNode(f));
            case BinaryNode { Operator: '+' } sum:
                return Of(sum.Left, view, isOfTokens).And(Of(sum.Right, view, isOfTokens));
            case BinaryNode { Operator: '-' } difference:
                return Of(difference.Left, view, isOfTokens)
                    .And(Of(difference.Right, view, isOfTokens).Changed(f => new NegativeNode(f)));
            case BinaryNode { Operator: '*' } product when !HasTokens(product.Right):
                return Of(product.Left, view, isOfTokens).Changed(f => new BinaryNode('*', f, product.Right));
            case BinaryNode { Operator: '*' } product when !HasTokens(product.Left):
                return Of(product.Right, view, isOfTokens).Changed(f => new BinaryNode('*', product.Left, f));
            case BinaryNode { Operator: '/' } quotient when !HasTokens(quotient.Right):
                return Of(quotient.Left, view, isOfTokens).Changed(f => new BinaryNode('/', f, quotient.Right));
            case PmiNode pmi:
                return Of(pmi.Term, view, isOfTokens)
                    .And(Of(pmi.Term, PromptView.Empty, isOfTokens).Changed(f => new NegativeNode(f)));
            case ProfileNode profile:
                return Of(profile.Term, PromptView.Under(profile.Prefers), isOfTokens);
            default:
                return Nothing with { Bent = node };
        }
    }

    private LinearForm And(LinearForm other) => new([.. Terms, .. other.Terms], [.. Rest, .. other.Rest], Bent ?? other.Bent);

    private LinearForm Changed(Func<RewardNode, RewardNode> change) => this with
    {
        Terms = [.. Terms.Select(t => t with { Factor = change(t.Factor) })],
        Rest = [.. Rest.Select(r => (change(r.Node), r.View))],
    };
}
