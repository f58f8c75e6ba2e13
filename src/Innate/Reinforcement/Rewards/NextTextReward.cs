namespace Innate.Reinforcement.Rewards;

/// <summary>
/// Reinforcement pre-training's reward (RPT, arXiv 2506.08007, by its paper): after a thought the model predicts how a text goes
/// on, and is right where its bytes are the continuation's first and end where one of the continuation's tokens does:
/// <code>
/// prefix:        1 where prediction = the continuation's first n bytes, n above 0 and a token's end, else 0
/// first token:   1 where it is exactly the first token, else 0
/// dense:         1 where right, else the model's own probability of the wrong token that it named
/// conditional:   dense where at least one of the group is right, else 0 for all
/// </code>
/// The paper's appendix finds the variants alike. An empty prediction is never right.
/// </summary>
internal static class NextTextReward
{
    /// <summary>Whether the prediction is the start of the continuation, up to a token's end: 1 or 0.</summary>
    /// <param name="prediction">UTF-8.</param>
    /// <param name="continuation">UTF-8.</param>
    /// <param name="tokenEnds">After how many bytes each token of the continuation ends, rising.</param>
    public static double Prefix(
        ReadOnlySpan<byte> prediction, ReadOnlySpan<byte> continuation, ReadOnlySpan<int> tokenEnds) =>
        prediction.Length > 0 && continuation.StartsWith(prediction) && tokenEnds.Contains(prediction.Length) ? 1 : 0;

    /// <summary>Whether the prediction is the continuation's first token: 1 or 0.</summary>
    /// <inheritdoc cref="Prefix"/>
    public static double FirstToken(
        ReadOnlySpan<byte> prediction, ReadOnlySpan<byte> continuation, ReadOnlySpan<int> tokenEnds) =>
        tokenEnds.Length == 0 ? 0 : Prefix(prediction, continuation, tokenEnds[..1]);

    /// <summary>The dense form, one a response of the group.</summary>
    /// <param name="rewards">The prefix's or first token's: 1 or 0, one a response.</param>
    /// <param name="ownProbabilities">The model's probability of the token that each named, 0 where it named none.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability lies outside [0, 1].</exception>
    public static double[] Dense(ReadOnlySpan<double> rewards, ReadOnlySpan<double> ownProbabilities)
    {
        Require.Length(rewards.Length, ownProbabilities.Length, nameof(ownProbabilities));
        double[] dense = new double[rewards.Length];
        for (int i = 0; i < dense.Length; i++)
        {
            Require.Unit(ownProbabilities[i], nameof(ownProbabilities));
            dense[i] = rewards[i] == 1 ? 1 : ownProbabilities[i];
        }

        return dense;
    }

    /// <summary>The conditional dense form.</summary>
    /// <inheritdoc cref="Dense"/>
    public static double[] ConditionalDense(ReadOnlySpan<double> rewards, ReadOnlySpan<double> ownProbabilities)
    {
        double[] dense = Dense(rewards, ownProbabilities);
        return rewards.Contains(1.0) ? dense : new double[dense.Length];
    }
}
