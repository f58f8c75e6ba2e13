namespace Innate.Learning.Ranks;

/// <summary>
/// Neighbouring shares of a batch whose gradients are added up. Shares are the leaves of one tree, whose shape depends on their
/// number alone: pairs of nodes of 2^k shares that begin at a multiple of 2^(k + 1) become one, and what is then left over is
/// joined from the last backwards. Whoever adds, the sum has the same bits.
/// </summary>
/// <param name="First">The first share, from 0.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ShareNode(int First, int Count)
{
    /// <summary>The shares that a rank computes: neighbours, as many as any other's or one more.</summary>
    /// <param name="rank">From 0.</param>
    /// <param name="ranks">At most <paramref name="shares"/>.</param>
    /// <param name="shares">Of the whole batch.</param>
    public static ShareNode Of(int rank, int ranks, int shares)
    {
        int first = (int)((long)shares * rank / ranks);
        return new ShareNode(first, (int)((long)shares * (rank + 1) / ranks) - first);
    }

    /// <summary>The nodes that are left of neighbouring shares, in their order, when all that join are joined.</summary>
    public static IReadOnlyList<ShareNode> Within(ShareNode shares)
    {
        List<ShareNode> nodes = [];
        for (int share = shares.First; share < shares.First + shares.Count; share++)
        {
            ShareNode node = new(share, 1);
            while (nodes.Count > 0 && nodes[^1].Joins(node))
            {
                node = nodes[^1].With(node);
                nodes.RemoveAt(nodes.Count - 1);
            }

            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>The most nodes that wait beside the share that is computed, in one process that computes all.</summary>
    /// <param name="shares">At least 1.</param>
    public static int MostWaiting(int shares) =>
        Enumerable.Range(0, shares).Max(last => Within(new ShareNode(0, last)).Count);

    /// <summary>Whether this node and the one after it are two halves of one.</summary>
    public bool Joins(ShareNode next) =>
        next.Count == Count && next.First == First + Count && First % (2L * Count) == 0;

    /// <summary>The two as one.</summary>
    public ShareNode With(ShareNode next) => this with { Count = Count + next.Count };
}
