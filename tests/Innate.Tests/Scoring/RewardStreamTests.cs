using System.Runtime.CompilerServices;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Streams;
using Innate.Tests.Extensions;

namespace Innate.Tests.Scoring;

/// <summary>Rewards of a stream of rows: in order, the bits of a batch, and never more in hand than a batch.</summary>
public sealed class RewardStreamTests
{
    private static readonly RewardModel Rewards = new(TinyChat.Model, TinyChat.Format);

    [Fact]
    public async Task Rows_come_back_in_order_with_the_bits_of_each_alone()
    {
        RewardRow[] rows = [.. Enumerable.Range(0, 150).Select(i =>
            new RewardRow($"What is {i} + 1?", $"{i + 1}", $"{i}") { Tag = i })];
        List<RewardedRow> scored = await Rewards.ScoreAsync(rows.ToAsyncEnumerable()).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 150), scored.Select(s => (int)s.Row.Tag!));
        Assert.Equal(Enumerable.Range(0, 150), scored.Select(s => (int)s.Index));
        foreach (RewardedRow row in scored.Where((_, i) => i % 10 == 0))
        {
            Assert.Equal(Rewards.Score(row.Row.Messages, row.Row.Responses), row.Rewards);
        }
    }

    [Fact]
    public async Task A_slow_reader_of_an_endless_stream_holds_one_batch_and_a_row()
    {
        int made = 0, read = 0, most = 0;
        await foreach (RewardedRow row in Rewards.ScoreAsync(Endless(() => made++)))
        {
            read++;
            most = Math.Max(most, made - read);
            await Task.Yield();
            if (read == 300) break;
        }

        Assert.InRange(most, 1, RowBatches.RowBudget + 1);
        Assert.InRange(made, 300, 300 + RowBatches.RowBudget + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_producer_that_fails_is_heard_after_the_rows_before_it(bool late)
    {
        async IAsyncEnumerable<RewardRow> Failing()
        {
            for (int i = 0; i < 3; i++) yield return new RewardRow($"{i} + 1?", "1");
            if (late) await Task.Delay(1);
            throw new IOException("the queue is gone");
        }

        List<long> read = [];
        IOException found = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (RewardedRow row in Rewards.ScoreAsync(Failing())) read.Add(row.Index);
        });
        Assert.Equal(("the queue is gone", 3), (found.Message, read.Count));
    }

    // Were it to wait, it would wait for ever.
    [Fact(Timeout = 60_000)]
    public async Task What_is_there_does_not_wait_for_a_producer_that_takes_its_time()
    {
        var second = new TaskCompletionSource();
        async IAsyncEnumerable<RewardRow> Slow()
        {
            yield return new RewardRow("1 + 1?", "2");
            await second.Task;
            yield return new RewardRow("1 + 2?", "3");
        }

        List<long> read = [];
        await foreach (RewardedRow row in Rewards.ScoreAsync(Slow()))
        {
            read.Add(row.Index);
            second.TrySetResult(); // the second row is made only once the first is scored
        }

        Assert.Equal([0, 1], read);
    }

    [Fact]
    public async Task Bad_rows_come_back_with_the_reason_and_the_stream_goes_on()
    {
        RewardRow[] rows = [new("1 + 1?", "2"), new("1 + 1?", ""), new("1 + 1?"), new("1 + 1?", new string('7', 10_000)),
            new("1 + 2?", "3")];
        List<RewardedRow> scored = await Rewards.ScoreAsync(rows.ToAsyncEnumerable()).ToListAsync();
        Assert.Equal([true, false, false, false, true], scored.Select(s => s.Rewards is not null));
        Assert.Contains("empty", scored[1].Error, StringComparison.Ordinal);
        Assert.Contains("at least one", scored[2].Error, StringComparison.Ordinal);
        Assert.Contains("context", scored[3].Error, StringComparison.Ordinal);
        Assert.Equal(Rewards.Score("1 + 2?", ["3"]), scored[4].Rewards);
    }

    [Fact]
    public async Task Who_stops_stops_the_producer_too()
    {
        using CancellationTokenSource stop = new();
        bool told = false;
        async IAsyncEnumerable<RewardRow> Waiting([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            yield return new RewardRow("1 + 1?", "2");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                told = true;
            }

            yield return new RewardRow("1 + 1?", "2");
        }

        await foreach (RewardedRow _ in Rewards.ScoreAsync(Waiting())) break;
        Assert.True(told);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RewardedRow _ in Rewards.ScoreAsync(Endless(() => { }), stop.Token)) await stop.CancelAsync();
        });
    }

    private static async IAsyncEnumerable<RewardRow> Endless(Action made)
    {
        await Task.CompletedTask;
        while (true)
        {
            made();
            yield return new RewardRow("What is 1 + 1?", "2");
        }
    }
}
