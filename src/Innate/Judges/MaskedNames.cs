namespace Innate.Judges;

/// <summary>
/// RewardAnything's names for responses (arXiv 2506.03637): <c>model-1</c>, <c>model-2</c>, in an order that is shuffled with a
/// fixed seed, 42, and shown by number, so that neither a name nor a place tells who wrote what. The shuffle is ours.
/// </summary>
internal static class MaskedNames
{
    private const ulong Seed = 42;

    /// <summary>The name of each of n responses.</summary>
    public static string[] Of(int responses)
    {
        int[] numbers = [.. Enumerable.Range(1, responses)];
        for (int i = responses - 1; i > 0; i--)
        {
            int j = (int)(RandomBits.Bits(Seed, (ulong)i) % (ulong)(i + 1));
            (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
        }

        return [.. numbers.Select(n => $"model-{n}")];
    }
}
