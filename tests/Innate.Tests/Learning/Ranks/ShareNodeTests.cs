using Innate.Learning.Ranks;

namespace Innate.Tests.Learning.Ranks;

/// <summary>Who adds which shares, and in which order.</summary>
public class ShareNodeTests
{
    [Fact]
    public void Pairs_become_one_and_what_is_left_over_is_joined_from_the_last_backwards()
    {
        Assert.Equal("0", Order(1, 1));
        Assert.Equal("((0+1)+(2+3))", Order(4, 1));
        Assert.Equal("(((0+1)+(2+3))+((4+5)+6))", Order(7, 1));
    }

    [Fact]
    public void The_order_is_the_same_for_any_number_of_ranks()
    {
        for (int shares = 1; shares <= 20; shares++)
        {
            string alone = Order(shares, 1);
            for (int ranks = 2; ranks <= shares; ranks++) Assert.Equal(alone, Order(shares, ranks));
        }
    }

    [Fact]
    public void Ranks_divide_all_shares_and_none_has_two_more_than_another()
    {
        for (int shares = 1; shares <= 20; shares++)
        {
            for (int ranks = 1; ranks <= shares; ranks++)
            {
                ShareNode[] own = [.. Enumerable.Range(0, ranks).Select(r => ShareNode.Of(r, ranks, shares))];
                Assert.Equal(Enumerable.Range(0, shares), own.SelectMany(o => Enumerable.Range(o.First, o.Count)));
                Assert.InRange(own.Max(o => o.Count) - own.Min(o => o.Count), 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(8, 3)]
    [InlineData(64, 6)]
    public void One_process_keeps_as_many_nodes_waiting_as_the_tree_is_deep(int shares, int expected) =>
        Assert.Equal(expected, ShareNode.MostWaiting(shares));

    // Two ranks of one node each: half of the node, and half of the sum. Of three ranks with 7 shares the last has two nodes.
    [Theory]
    [InlineData(600, 2, 8, 4 * (300 + 300))]
    [InlineData(600, 3, 7, 4 * (2 * 400 + 400))]
    public void A_step_sends_each_node_and_the_sum_to_where_they_are_not(long values, int ranks, int shares, long bytes) =>
        Assert.Equal(bytes, GradientExchange.BytesAStep(values, ranks, shares));

    // What the ranks' nodes come to, when they are joined as the exchange joins them.
    private static string Order(int shares, int ranks)
    {
        List<(ShareNode Node, string Text)> all = [];
        for (int rank = 0; rank < ranks; rank++)
        {
            ShareNode own = ShareNode.Of(rank, ranks, shares);
            List<(ShareNode Node, string Text)> mine = [];
            for (int share = own.First; share < own.First + own.Count; share++) Push(mine, new ShareNode(share, 1), $"{share}");
            Assert.Equal(ShareNode.Within(own), mine.Select(m => m.Node));
            foreach ((ShareNode node, string text) in mine) Push(all, node, text);
        }

        while (all.Count > 1)
        {
            string last = all[^1].Text;
            all.RemoveAt(all.Count - 1);
            all[^1] = (all[^1].Node, $"({all[^1].Text}+{last})");
        }

        return all[0].Text;
    }

    private static void Push(List<(ShareNode Node, string Text)> nodes, ShareNode node, string text)
    {
        while (nodes.Count > 0 && nodes[^1].Node.Joins(node))
        {
            (node, text) = (nodes[^1].Node.With(node), $"({nodes[^1].Text}+{text})");
            nodes.RemoveAt(nodes.Count - 1);
        }

        nodes.Add((node, text));
    }
}
