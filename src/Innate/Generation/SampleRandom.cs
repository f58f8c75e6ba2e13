namespace Innate.Generation;

/// <summary>
/// Random numbers that are a function of their place: seed, prompt, response and token alone. What is sampled beside a
/// response, and in which order, cannot change it.
/// </summary>
internal static class SampleRandom
{
    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public static double Uniform(ulong seed, int prompt, int response, int token)
    {
        ulong x = RandomBits.Key(seed, (ulong)(uint)prompt + 0xd1b54a32d192ed03);
        x = RandomBits.Finish(x ^ ((ulong)(uint)response + 0x8cb92ba72f3d8dd7));
        x = RandomBits.Finish(x ^ ((ulong)(uint)token + 0x2545f4914f6cdd1d));
        return RandomBits.Uniform(x);
    }

    /// <summary>What stands for a prompt's index where samples depend on its tokens: FNV-1a over them.</summary>
    public static int KeyOf(ReadOnlySpan<int> prompt)
    {
        ulong hash = RandomBits.Hash(prompt);
        return (int)(hash ^ (hash >> 32));
    }
}
