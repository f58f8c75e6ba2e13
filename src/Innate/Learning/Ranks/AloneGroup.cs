namespace Innate.Learning.Ranks;

/// <summary>The group of one process.</summary>
internal sealed unsafe class AloneGroup : IRankGroup
{
    public int Rank => 0;

    public int Size => 1;

    public void Exchange(
        byte* sent, ReadOnlySpan<RankPiece> to, byte* received, ReadOnlySpan<RankPiece> from, CancellationToken cancellation) =>
        new ReadOnlySpan<byte>(sent + to[0].Start, to[0].Bytes).CopyTo(new Span<byte>(received + from[0].Start, from[0].Bytes));

    public void Abandon()
    {
    }
}
