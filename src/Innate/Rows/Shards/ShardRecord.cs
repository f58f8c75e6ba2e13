using System.Security.Cryptography;

namespace Innate.Rows.Shards;

/// <summary>
/// What a part learns of the whole while its rows pass by: how many rows there are, the digest of them all, and the hashes of its
/// own, by which <c>innate gather</c> proves that nothing is missing.
/// </summary>
internal sealed class ShardRecord(RowShard shard) : IDisposable
{
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The part.</summary>
    public RowShard Shard => shard;

    /// <summary>All rows so far, those of other parts too.</summary>
    public long Rows { get; private set; }

    /// <summary>The hash of each of its own rows, in order.</summary>
    public List<string> Hashes { get; } = [];

    /// <summary>How many lines each of its own rows has in the output; empty: one each.</summary>
    public List<int> LineCounts { get; } = [];

    /// <summary>Its own rows that are bad and have no line.</summary>
    public int Bad { get; set; }

    /// <summary>Tells of the next row.</summary>
    /// <returns>Whether it is the part's own.</returns>
    public bool Add(ReadOnlySpan<byte> row)
    {
        byte[] hash = SHA256.HashData(row)[..16];
        _all.AppendData(hash);
        bool isOwn = shard.Has(Rows++);
        if (isOwn) Hashes.Add(Convert.ToHexStringLower(hash));
        return isOwn;
    }

    /// <summary>What is learned of rows that lie where they can be read again.</summary>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="shard">The part.</param>
    public static ShardRecord Of(RowLocation rows, RowShard shard)
    {
        using RowInput input = RowInput.Open(rows with { Shard = null });
        ShardRecord record = new(shard);
        while (input.Lines.ReadNext() is { } line) record.Add(line.Bytes.Span);
        return record;
    }

    /// <summary>The digest of all rows' hashes so far.</summary>
    public string DigestOfAll() => Convert.ToHexStringLower(_all.GetCurrentHash());

    public void Dispose() => _all.Dispose();
}
