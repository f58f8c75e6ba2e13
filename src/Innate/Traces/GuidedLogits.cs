using Innate.Compute;

namespace Innate.Traces;

/// <summary>
/// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598), with which models of image and sound tokens are sampled:
/// the logits without the prompt are pushed towards, and beyond, those with it.
/// <code>
/// z = z_u + w (z_c - z_u)                                two ways: w = 1 is the model with its prompt
/// z = z_u + w_i (z_i - z_u) + w_t (z_f - z_i)            three ways (Chameleon): image, then text
/// </code>
/// A sample's log-probability under the policy that made it is that of the guided logits; under the unguided ones it is another
/// policy's, and an importance ratio is off by the difference.
/// </summary>
internal static class GuidedLogits
{
    /// <summary>z, two ways.</summary>
    /// <param name="conditional">z_c: the logits with the prompt.</param>
    /// <param name="unconditional">z_u: those without.</param>
    /// <param name="scale">w.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Of(ReadOnlySpan<double> conditional, ReadOnlySpan<double> unconditional, double scale)
    {
        Require.Length(conditional.Length, unconditional.Length, nameof(unconditional));
        double[] guided = new double[conditional.Length];
        for (int v = 0; v < guided.Length; v++) guided[v] = unconditional[v] + (scale * (conditional[v] - unconditional[v]));
        return guided;
    }

    /// <summary>z, three ways.</summary>
    /// <param name="full">z_f: the logits with text and image.</param>
    /// <param name="image">z_i: with the image alone.</param>
    /// <param name="unconditional">z_u: with neither.</param>
    /// <param name="textScale">w_t.</param>
    /// <param name="imageScale">w_i.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Of(
        ReadOnlySpan<double> full, ReadOnlySpan<double> image, ReadOnlySpan<double> unconditional,
        double textScale, double imageScale)
    {
        Require.Length(full.Length, image.Length, nameof(image));
        double[] guided = Of(image, unconditional, imageScale);
        for (int v = 0; v < guided.Length; v++) guided[v] += textScale * (full[v] - image[v]);
        return guided;
    }

    /// <summary>
    /// ln p(a | prompt) - ln p(a): the pointwise mutual information of each token with the prompt, in nats. Summed over a
    /// response it says how much the response follows its prompt, and likes nothing for being likely anywhere (ours).
    /// </summary>
    /// <param name="conditional">z_c: the logits with the prompt.</param>
    /// <param name="unconditional">z_u: those without.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] MutualInformation(ReadOnlySpan<double> conditional, ReadOnlySpan<double> unconditional)
    {
        Require.Length(conditional.Length, unconditional.Length, nameof(unconditional));
        double[] with = LogitRow.LogProbabilities(conditional), without = LogitRow.LogProbabilities(unconditional);
        for (int v = 0; v < with.Length; v++) with[v] -= without[v];
        return with;
    }
}
