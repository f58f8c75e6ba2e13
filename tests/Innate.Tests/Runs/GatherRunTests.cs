using System.Text;
using Innate.Rows;
using Innate.Rows.Shards;
using Innate.Runs;

namespace Innate.Tests.Runs;

/// <summary>Parts and manifests written by hand: what is gathered is all rows in their order, or one sentence.</summary>
public sealed class GatherRunTests : IDisposable
{
    private readonly Support.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_come_back_in_the_inputs_order_with_the_lines_that_each_has()
    {
        Write(1, 2, block: 2);
        Write(2, 2, block: 2);
        Assert.Equal(5, Gather().Rows);
        Assert.Equal("row 0\nrow 1\nrow 1\nrow 2\nrow 3\nrow 3\nrow 4\n", File.ReadAllText(_folder["out.jsonl"]));
    }

    [Fact]
    public void A_line_too_many_and_one_too_few_are_refused()
    {
        Write(1, 2);
        Write(2, 2, lines: text => text + "row 9\n");
        Refused("out.2-of-2.jsonl: expected as many lines as its manifest tells of, found more.");
        Write(2, 2, lines: text => text[..^6]);
        Refused("out.2-of-2.jsonl: expected a line for row 4, found the end.");
    }

    [Fact]
    public void A_part_that_was_changed_afterwards_is_refused()
    {
        Write(1, 2);
        Write(2, 2);
        File.WriteAllText(_folder["out.2-of-2.jsonl"], "row 1\nrow 1\nrow 3\nrow 5\n");
        Refused("it was changed afterwards.");
    }

    [Fact]
    public void A_row_too_many_is_refused()
    {
        Write(1, 2);
        Write(2, 2, made: m => m with { Hashes = [.. m.Hashes, m.Hashes[0]], LineCounts = [.. m.LineCounts, 1] });
        Refused("out.2-of-2.jsonl: expected 2 rows of 5, found 3.");
    }

    [Fact]
    public void Parts_of_other_blocks_settings_and_inputs_are_refused()
    {
        Write(1, 2);
        Write(2, 2, made: m => m with { Shard = m.Shard with { Block = 2 } });
        Refused("the block is 2, there 1.");
        Write(2, 2, made: m => m with { Settings = [.. m.Settings, new("alpha", "2")] });
        Refused("the settings is gamma alpha, there gamma.");
        Write(2, 2, made: m => m with { Rows = 6 });
        Refused("the rows is 6 rows, ");
    }

    private RowsResult Gather() => new GatherRun(new GatherSettings { Output = _folder["out.jsonl"] }).Execute();

    private void Refused(string said)
    {
        Assert.Contains(said, Assert.Throws<InputException>(Gather).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    // A part of five rows, of which those of odd number have two lines.
    private void Write(
        int index, int count, int block = 1, Func<string, string>? lines = null, Func<ShardManifest, ShardManifest>? made = null)
    {
        RowShard shard = new(index, count) { Block = block };
        using ShardRecord record = new(shard);
        StringBuilder text = new();
        for (int row = 0; row < 5; row++)
        {
            if (!record.Add(Encoding.UTF8.GetBytes($"input {row}"))) continue;
            record.LineCounts.Add(1 + (row % 2));
            for (int line = 0; line < 1 + (row % 2); line++) text.Append($"row {row}\n");
        }

        string output = _folder[$"out.{index}-of-{count}.jsonl"];
        File.WriteAllText(output, lines is null ? $"{text}" : lines($"{text}"));
        ShardManifest manifest = new()
        {
            Shard = shard, Rows = record.Rows, Input = record.DigestOfAll(), Hashes = record.Hashes,
            LineCounts = record.LineCounts, Output = Digest.Whole(output), Settings = [new("gamma", "1")],
        };
        (made is null ? manifest : made(manifest)).Write(output);
    }
}
