using Innate.Models;

namespace Innate.Runs.Foretelling;

/// <summary>
/// The arithmetic of a pass, as many operations as would take its time at the speed of large products: the products' own, and
/// attention's with the factor by which it is slower. Pure: how long it takes on a machine is measured.
/// </summary>
internal static class PassWork
{
    // Measured by `Innate.Bench operators` at 512 tokens: attention's operations take so many times a product's, and its
    // gradient so many times those of its forward pass. Their share of a pass is small at such lengths.
    private const double AttentionForward = 2, AttentionBackward = 12;

    // Each map forward, and for the gradients of its input and its weight; the head's logits are formed again besides.
    // Where activations are not kept, all but the MLP's last map is computed again: about three quarters of the values.
    private const double MapsTraining = 3, HeadTraining = 4, MapsAgain = 0.75;

    /// <summary>Reading.</summary>
    public static double Reading(ModelConfig config, PassSize pass) =>
        (2 * MapValues(config) * pass.Tokens) + (2 * HeadValues(config) * pass.HeadRows)
        + (AttentionForward * AttentionOperations(config, pass));

    /// <summary>Reading and the gradient; with the activations that are computed again where they are not kept.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="pass">What is read.</param>
    /// <param name="room">Where activations may lie.</param>
    public static double Training(ModelConfig config, PassSize pass, ActivationRoom room)
    {
        double maps = 2 * MapValues(config) * pass.Tokens, attention = AttentionOperations(config, pass);
        double work = (MapsTraining * maps) + (HeadTraining * 2 * HeadValues(config) * pass.HeadRows)
            + ((AttentionForward + AttentionBackward) * attention);
        double again = 1 - ((double)TrainingMemory.Kept(config, pass.Tokens, room).Count / config.LayerCount);
        return work + (again * ((MapsAgain * maps) + (AttentionForward * attention)));
    }

    /// <summary>Values of the layers' matrices that a token meets: of experts, those that are chosen.</summary>
    public static double MapValues(ModelConfig config)
    {
        double hidden = config.HiddenSize, heads = (double)config.HeadCount * config.HeadDimension;
        double keys = (double)config.KeyValueHeadCount * config.HeadDimension;
        double attention = (2 * hidden * heads) + (2 * hidden * keys);
        double dense = 3 * hidden * config.IntermediateSize;
        if (config.Experts is not { } experts) return config.LayerCount * (attention + dense);
        double chosen = hidden * (experts.Count + (3.0 * experts.PerToken * experts.IntermediateSize));
        return experts.Layers.Sum(has => attention + (has ? chosen : dense));
    }

    private static double HeadValues(ModelConfig config) =>
        (double)config.HiddenSize * (config.IsClassifier ? 1 : config.VocabularySize);

    private static double AttentionOperations(ModelConfig config, PassSize pass) =>
        config.Layers.GroupBy(l => l.Window)
            .Sum(g => g.Count() * 4.0 * pass.Pairs(g.Key) * config.HeadCount * config.HeadDimension);
}
