using Innate.Layers;

namespace Innate.Tests.Layers;

/// <summary>Which layers' activations a pass keeps, by hand.</summary>
public class KeptLayersTests
{
    [Theory]
    // Of 10 layers with 100 bytes of gradients each: before the last there are 900.
    [InlineData(300, 0, 3, 0)]
    [InlineData(100, 0, 9, 0)]
    [InlineData(90, 0, 9, 0)]
    [InlineData(901, 0, 0, 0)]
    [InlineData(900, 0, 1, 0)]
    // What does not fit there may have memory of its own, from the last that did not fit down.
    [InlineData(300, 700, 3, 2)]
    [InlineData(901, 901, 0, 1)]
    [InlineData(1, 1, 9, 1)]
    public void As_many_of_the_last_layers_are_kept_as_fit(int bytes, int apart, int inGradients, int beside) =>
        Assert.Equal(new KeptLayers(inGradients, beside), KeptLayers.Of(10, _ => bytes, layer => layer * 100L, apart));

    [Fact]
    public void Without_gradients_memory_all_is_apart() =>
        Assert.Equal(new KeptLayers(0, 4), KeptLayers.Of(10, _ => 100, null, 499));

    [Fact]
    public void No_layer_lies_in_the_memory_of_its_own_gradients_nor_in_another_layers_place()
    {
        long[] sizes = [50, 400, 10, 30, 250, 80, 80], activations = [70, 90, 20, 60, 120, 40, 110];
        long Before(int layer) => sizes.Take(layer).Sum();
        KeptLayers kept = KeptLayers.Of(7, layer => activations[layer], Before, 0);
        Assert.InRange(kept.InGradients, 1, 6);
        long end = long.MaxValue;
        for (int layer = 6; layer > 6 - kept.InGradients; layer--)
        {
            long start = KeptLayers.Place(l => activations[l], Before, layer, end);
            Assert.InRange(start, 0, Math.Min(end, Before(layer)) - activations[layer]);
            end = start;
        }

        Assert.True(KeptLayers.Place(l => activations[l], Before, 6 - kept.InGradients, end) < 0);
    }
}
