using Innate.Generation;

namespace Innate.Tests.Foundation;

/// <summary>Random bits decide seeds' results for good: they are those of a second implementation, in another language.</summary>
public class RandomBitsTests
{
    [Fact]
    public void The_finaliser_is_that_of_split_mix_64()
    {
        // The generator's first number from seed 0, as its authors' code gives it.
        Assert.Equal(0xe220a8397b1dcdafUL, RandomBits.Finish(0x9e3779b97f4a7c15));
        Assert.Equal(0xe220a8397b1dcdafUL, RandomBits.Bits(0, 0));
        Assert.Equal(0x081a5c1377856b73UL, RandomBits.Key(1, 2));
    }

    [Fact]
    public void Dropout_and_sampling_keep_their_numbers()
    {
        Assert.Equal(0xf2826f98653e9e57UL, RandomBits.Mix(1, 2));
        Assert.Equal(0x48218226ff3cd4bfUL, RandomBits.Mix(0, 0));
        Assert.Equal(0x4650bc0eb3312e23UL, RandomBits.Mix(ulong.MaxValue, ulong.MaxValue));
        Assert.Equal(0.5916914754887291, SampleRandom.Uniform(1, 2, 3, 4));
        Assert.Equal(0.014299830509712175, SampleRandom.Uniform(ulong.MaxValue, 0, 0, 0));
    }
}
