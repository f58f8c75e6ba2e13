namespace Innate.Rows.Shards;

/// <summary>The rows of one part; those of the others are read and recorded too.</summary>
internal sealed class ShardReader(RowReader rows, ShardRecord record) : RowReader
{
    internal override IReadOnlyList<string> Files => rows.Files;

    public override InputLine? ReadNext()
    {
        while (rows.ReadNext() is { } line)
        {
            if (record.Add(line.Bytes.Span)) return line;
        }

        return null;
    }

    protected override void Dispose(bool disposing)
    {
        rows.Dispose();
        record.Dispose();
        base.Dispose(disposing);
    }
}
