using System.Text;
using Innate.Rows;
using Innate.Sessions;
using Innate.Tests.Support;

namespace Innate.Tests.Rows;

/// <summary>Batches are for speed only: each row is in one of them, in order, however long the rows are.</summary>
public class RowBatchesTests
{
    [Theory]
    [InlineData(1000, 9)]
    [InlineData(5000, 3)]
    [InlineData(2, 150)]
    public void Each_row_is_in_one_batch(int tokens, int rows)
    {
        string ids = string.Join(',', Enumerable.Repeat("5", tokens - 1));
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, rows).Select(_ =>
            $"{{\"prompt_ids\":[{ids}],\"response_ids\":[7]}}\n")));
        RowBatches batches = new(new LineReader(new MemoryStream(lines)), new RowEncoder(
            () => throw new InvalidOperationException("ids need no tokenizer"), new ModelLimits(10, 6000)));
        List<int> sizes = [];
        while (batches.Next(default) is { Count: > 0 } batch)
        {
            Assert.True(batch.Count == 1 || batch.Sum(r => r.TokenCount) <= RowBatches.TokenBudget);
            sizes.Add(batch.Count);
        }

        Assert.Equal(rows, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, RowBatches.RowBudget));
    }

    [Fact]
    public void The_output_is_never_the_input()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["rows.jsonl"], "{}\n");
        RowLocation rows = RowLocation.File(folder["rows.jsonl"]);
        using RowInput input = RowInput.Open(rows);
        InputException e = Assert.Throws<InputException>(() => RowOutput.Open(rows, input));
        Assert.Contains("another file", e.Message, StringComparison.Ordinal);
        Assert.Equal("{}\n", File.ReadAllText(folder["rows.jsonl"]));
    }
}
