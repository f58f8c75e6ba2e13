using Innate.Rewards;

namespace Innate.Scoring.Expressions;

/// <summary>What each token gives to its response's reward, where that is a linear mix of rewards of tokens. Pure.</summary>
internal static class TokenShares
{
    /// <summary>Leaves that have a share at each token: sums and means over tokens, and their count.</summary>
    public static bool IsOfTokens(LeafKind kind) => LeafNames.IsOfTraces(kind) || kind == LeafKind.Tokens;

    /// <summary>What of an expression no token has a share of; null: all of it can be told token by token.</summary>
    public static RewardNode? Unshared(RewardNode node)
    {
        LinearForm form = LinearForm.Of(node, IsOfTokens);
        return form.Bent ?? form.Rest.Select(r => r.Node).FirstOrDefault();
    }

    /// <summary>The shares, one a token; they add up to the reward but for rounding.</summary>
    /// <param name="form">An expression's form, without a rest.</param>
    /// <param name="group">The responses.</param>
    /// <param name="value">Evaluates factors.</param>
    public static double[][] Of(LinearForm form, LeafGroup group, ExpressionValue value)
    {
        double[][] shares = [.. group.TokenIds.Select(ids => new double[ids.Length])];
        foreach (LinearTerm term in form.Terms)
        {
            double?[] factors = value.Of(term.Factor, term.Use.View);
            double[][] own = OfLeaf(term.Use, group);
            for (int r = 0; r < shares.Length; r++)
            {
                for (int t = 0; t < shares[r].Length; t++) shares[r][t] += (factors[r] ?? double.NaN) * own[r][t];
            }
        }

        return shares;
    }

    /// <summary>The shares of one leaf.</summary>
    public static double[][] OfLeaf(LeafUse use, LeafGroup group)
    {
        if (use.Leaf.Kind == LeafKind.Tokens)
        {
            return [.. group.TokenIds.Select(ids => Enumerable.Repeat(1.0, ids.Length).ToArray())];
        }

        if (use.Leaf.Kind == LeafKind.RewardModel) return OfRewardModel(use.Leaf, group);
        RewardOptions options = LeafGroup.OptionsOf(use.Leaf);
        RewardKind kind = LeafNames.RewardOf(use.Leaf.Kind)!.Value;
        return [.. group.Results(use).Select(result => GroupSums.Shares(kind, result, options))];
    }

    // What was judged step by step stands where steps end; what was judged whole on the last token.
    private static double[][] OfRewardModel(LeafNode leaf, LeafGroup group)
    {
        if (group.Payments.TryGetValue(leaf, out double[][]? paid)) return paid;
        return
        [
            .. group.TokenIds.Select((ids, i) =>
            {
                var tokens = new double[ids.Length];
                tokens[^1] = group.External[leaf][i] ?? double.NaN;
                return tokens;
            }),
        ];
    }
}
