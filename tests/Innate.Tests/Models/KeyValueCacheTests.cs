using Innate.Compute.Memory;
using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Models;

/// <summary>A node's last positions can be given up and read anew.</summary>
public class KeyValueCacheTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("mistral-window")]
    [InlineData("gemma3")]
    public void What_is_read_after_a_cut_has_the_bits_of_a_text_that_never_had_the_rest(string name)
    {
        var toy = ToyModel.Of(name);
        using LanguageModel model = LanguageModel.Load(toy.Folder, new() { Threads = 2 });
        CausalLanguageModel decoder = model.Decoder;
        int[] ids = toy.Ids[..36];
        int[] wrong = [.. Enumerable.Range(0, 17).Select(i => (i * 7) + 3)];
        float[] expected;
        using (KeyValueCache straight = new(model.Config, keepLayers: true))
        {
            Matrix hidden = decoder.Forward([new NodeTokens(straight.AddNode(-1), ids)], straight);
            expected = decoder.Logits(hidden, [ids.Length - 1]).Row(0).ToArray();
        }

        // The wrong tokens within the span that is there, in a span of their own, and over the end of one.
        foreach (int spanSize in new[] { 0, 14, 24, 96 })
        {
            using KeyValueCache cache = new(model.Config, keepLayers: true);
            int node = cache.AddNode(-1);
            for (int t = 0; t < ids.Length; t += 4)
            {
                decoder.Forward([new NodeTokens(node, [ids[t], .. wrong])], cache, spanSize);
                cache.Truncate(node, t + 1);
                Assert.Equal(t + 1, cache.Length(node));
                decoder.Forward([new NodeTokens(node, ids[(t + 1)..(t + 3)])], cache, spanSize);
                Matrix hidden = decoder.Forward([new NodeTokens(node, [ids[t + 3]])], cache, spanSize);
                if (t + 4 == ids.Length) Assert.Equal(expected, decoder.Logits(hidden, [0]).Row(0).ToArray());
            }
        }
    }

    [Fact]
    public void A_cut_frees_the_spans_behind_it_and_leaves_the_others()
    {
        ModelConfig config = ModelConfigReader.Read(ToyModel.Of("llama").Folder);
        using KeyValueCache cache = new(config, keepLayers: true);
        int root = cache.AddNode(-1);
        cache.Extend(root, 12);
        int node = cache.AddNode(root);
        cache.Extend(node, 12);
        long one = cache.BytesOf(node);
        cache.Extend(node, 24);
        Assert.Equal(3 * one, cache.BytesOf(node));
        cache.Truncate(node, 25);
        Assert.Equal((25, 3 * one), (cache.Length(node), cache.BytesOf(node)));
        Assert.Equal([12, 12, 1], cache.Path(node, 0).Select(s => s.Count));
        cache.Truncate(node, 24);
        Assert.Equal((24, one), (cache.Length(node), cache.BytesOf(node)));
        cache.Truncate(node, 12);
        Assert.Equal((12, 0), (cache.Length(node), cache.BytesOf(node)));
        cache.Extend(node, 5);
        Assert.Equal([12, 5], cache.Path(node, 1).Select(s => s.Count));

        // An ancestor's positions are not the node's to give up, and none come back.
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(node, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(node, 18));
    }
}
