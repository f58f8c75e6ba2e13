namespace Innate.Scoring.Rules;

/// <summary>
/// Rewards that know nothing, beside which a reward has to show that it does: what a policy gains with them comes of learning as
/// such, not of what the reward says (spurious rewards, arXiv 2506.10947).
/// </summary>
internal static class ControlRewards
{
    // A group's key serves both: a part that draws and one that is shuffled must not be tied.
    private const ulong ShuffleSalt = 0x5f1e;

    /// <summary>Uniform numbers from 0 to 1, whatever the responses are.</summary>
    /// <param name="key">The group's.</param>
    /// <param name="count">Responses.</param>
    public static double[] Random(ulong key, int count) =>
        [.. Enumerable.Range(0, count).Select(i => RandomBits.Uniform(RandomBits.Bits(key, (ulong)i)))];

    /// <summary>
    /// The same numbers, dealt out again within the group: mean and spread stay, what they say of a response is gone.
    /// </summary>
    /// <param name="rewards">One a response.</param>
    /// <param name="key">The group's.</param>
    public static double[] Shuffled(double[] rewards, ulong key)
    {
        ulong own = RandomBits.Mix(key, ShuffleSalt);
        return [.. rewards.Select((reward, i) => (reward, RandomBits.Bits(own, (ulong)i), i)).OrderBy(r => (r.Item2, r.i))
            .Select(r => r.reward)];
    }
}
