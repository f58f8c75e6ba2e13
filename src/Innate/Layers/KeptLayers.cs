namespace Innate.Layers;

/// <summary>
/// The layers whose activations a pass keeps for its gradient: the last ones in the memory of the gradients that are not written
/// yet, some before them in memory of their own. Those of all others are computed again.
/// </summary>
/// <param name="InGradients">How many of the last layers lie in the gradients' memory.</param>
/// <param name="Apart">How many before them have memory of their own.</param>
internal readonly record struct KeptLayers(int InGradients, int Apart)
{
    /// <summary>Both together.</summary>
    public int Count => InGradients + Apart;

    /// <summary>As many as fit.</summary>
    /// <param name="layers">How many there are.</param>
    /// <param name="activations">Bytes that a layer's take.</param>
    /// <param name="gradientsBefore">
    /// Bytes of the gradients that are written after a layer's; null: their memory is not to be used.
    /// </param>
    /// <param name="apart">Bytes of memory of their own.</param>
    public static KeptLayers Of(int layers, Func<int, long> activations, Func<int, long>? gradientsBefore, long apart)
    {
        int first = layers;
        long end = long.MaxValue;
        while (gradientsBefore is not null && first > 0)
        {
            end = Place(activations, gradientsBefore, first - 1, end);
            if (end < 0) break;
            first--;
        }

        int inGradients = layers - first;
        while (first > 0 && (apart -= activations(first - 1)) >= 0) first--;
        return new KeptLayers(inGradients, layers - first - inGradients);
    }

    /// <summary>Where a layer's activations begin in the gradients' memory; below 0: they do not fit.</summary>
    /// <param name="activations">Bytes that a layer's take.</param>
    /// <param name="gradientsBefore">Bytes of the gradients that are written after a layer's.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="next">Where the next layer's begin.</param>
    public static long Place(Func<int, long> activations, Func<int, long> gradientsBefore, int layer, long next) =>
        Math.Min(next, gradientsBefore(layer)) - activations(layer);
}
