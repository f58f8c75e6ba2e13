using Innate.Learning;

namespace Innate.Tests.Learning;

/// <summary>Which rows speak for which tokens, and what decides their dropout.</summary>
public sealed class TokenBatchTests
{
    [Fact]
    public void A_response_is_asked_about_from_the_prompts_last_token_on_and_its_own_last_is_not_read()
    {
        var batch = new TokenBatch(null);
        batch.AddSequence(0, [10, 11, 12, 13], [true, false, true, true]);
        batch.AddGroup(1, [20, 21], [[30, 31, 32], [40]]);
        Assert.Equal(7, batch.Tree.TokenCount);
        Assert.Equal([1, 2, 4, 5, 6, 4], batch.Rows);
        Assert.Equal([12, 13, 30, 31, 32, 40], batch.Targets);
        Assert.Null(batch.RowKeys);
    }

    [Fact]
    public void Every_place_of_a_batch_has_a_dropout_key_of_its_own()
    {
        ulong[] keys = Batch(5, slots: [0, 1, 2]).RowKeys!;
        Assert.Equal(3 * (2 + 4 + 3), keys.Length);
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Empty(keys.Intersect(Batch(6, slots: [0, 1, 2]).RowKeys!));
    }

    [Fact]
    public void A_places_dropout_key_does_not_depend_on_what_is_beside_it()
    {
        ulong[] together = Batch(5, slots: [0, 1, 2]).RowKeys!;
        Assert.Equal(together, Enumerable.Range(0, 3).SelectMany(slot => Batch(5, slots: [slot]).RowKeys!));
    }

    private static TokenBatch Batch(ulong key, int[] slots)
    {
        var batch = new TokenBatch(key);
        foreach (int slot in slots) batch.AddGroup(slot, [3, 4], [[5, 6, 7, 8, 9], [5, 6, 7, 8]]);
        return batch;
    }
}
