using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Data;

namespace Innate.Tests.Learning.Data;

public sealed class ExampleOrderTests
{
    [Fact]
    public void Every_epoch_visits_each_example_once_however_batches_fall()
    {
        var runs =
            from count in Gen.Choose(1, 40)
            from batch in Gen.Choose(1, 50)
            from seed in Gen.Choose(0, 1000)
            select (count, batch, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(runs.ToArbitrary(), r =>
        {
            ExampleOrder order = new(r.count, (ulong)r.seed);
            int steps = (3 * r.count / r.batch) + 2;
            int[] all = [.. Enumerable.Range(1, steps).SelectMany(step => order.Batch(step, r.batch))];
            return all.Chunk(r.count).Where(c => c.Length == r.count)
                .All(epoch => epoch.Order().SequenceEqual(Enumerable.Range(0, r.count)));
        }));
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_and_step_alone()
    {
        ExampleOrder order = new(17, 5);
        int[][] forwards = [.. Enumerable.Range(1, 20).Select(step => order.Batch(step, 4))];
        foreach (int step in new[] { 20, 3, 11, 1 }) Assert.Equal(forwards[step - 1], new ExampleOrder(17, 5).Batch(step, 4));
        Assert.Equal(ExampleOrder.Epoch(17, 5, 0)[..4], forwards[0]);

        // The same examples in other batches come in the same order.
        Assert.Equal(forwards.SelectMany(b => b), Enumerable.Range(1, 40).SelectMany(step => order.Batch(step, 2)));
    }

    [Fact]
    public void Seeds_and_epochs_have_orders_of_their_own_and_no_place_is_preferred()
    {
        Assert.NotEqual(ExampleOrder.Epoch(50, 1, 0), ExampleOrder.Epoch(50, 1, 1));
        Assert.NotEqual(ExampleOrder.Epoch(50, 1, 0), ExampleOrder.Epoch(50, 2, 0));
        int[,] counts = new int[5, 5];
        for (int epoch = 0; epoch < 10_000; epoch++)
        {
            int[] order = ExampleOrder.Epoch(5, 3, epoch);
            for (int place = 0; place < 5; place++) counts[place, order[place]]++;
        }

        foreach (int count in counts) Assert.InRange(count, 1800, 2200); // 2000 on average, sigma 40
    }
}
