using Innate.Models;
using Innate.Rows;
using Innate.Text;

namespace Innate.Tests.Rows;

/// <summary>Orpheus' codes by their name: offset by place, seven a frame, and the end where a frame may begin.</summary>
public class NamedTokensTests
{
    [Fact]
    public void A_frame_of_sound_may_stand_where_its_places_are()
    {
        (AllowedIds allowed, int group) = NamedTokens.Find("orpheus")!.Value;
        Assert.Equal(7, group);

        // <custom_token_10> is code 0 of the first place; 24,576 further on, <custom_token_24586> is code 0 of the last.
        int[] first = [.. Enumerable.Range(0, 7).Select(p => 128_256 + 10 + (4096 * p))];
        int[] sound = [.. first, .. first.Select(id => id + 4095), 128_258];
        allowed.Require(sound, 156_940);
        SoundLayers layers = OrpheusFrames.Layers([.. sound.Select(id => id - OrpheusFrames.FirstId)]);
        Assert.Equal([0, 4095], layers.Coarse);
        Assert.Equal([0, 0, 4095, 4095], layers.Middle);
        Assert.Equal([0, 0, 0, 0, 4095, 4095, 4095, 4095], layers.Fine);

        // The offsets are of places: the same ids a place further are no sound, and no end stands within a frame.
        foreach (int[] wrong in (int[][])[[first[1]], [.. first[..1], first[0]], [.. first[..3], 128_258], [128_265]])
        {
            InputException e = Assert.Throws<InputException>(() => allowed.Require(wrong, 156_940));
            Assert.Contains($"expected at position {wrong.Length - 1} an id", e.Message, StringComparison.Ordinal);
        }
    }
}
