namespace Innate.Learning.Ranks;

/// <summary>A stretch of memory that goes to a rank, or comes from one.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Bytes">Its length; 0 for nothing.</param>
internal readonly record struct RankPiece(int Start, int Bytes);

/// <summary>
/// The processes that train one model together, and the one thing they do with each other: at the same moment each gives every
/// rank, itself too, a piece of memory.
/// </summary>
internal unsafe interface IRankGroup
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    /// <summary>Processes.</summary>
    int Size { get; }

    /// <summary>Gives each rank its piece, and takes each one's; returns when all of this rank's are here and gone.</summary>
    /// <param name="sent">What is given.</param>
    /// <param name="to">A piece of it for each rank, in their order; pieces may overlap.</param>
    /// <param name="received">What is taken; of its own memory.</param>
    /// <param name="from">The place for each rank's piece, as long as that rank's piece for this one.</param>
    /// <param name="cancellation">Gives up, where the others do not come soon: the group is then of no use.</param>
    /// <exception cref="IOException">The others cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It gave up.</exception>
    void Exchange(
        byte* sent, ReadOnlySpan<RankPiece> to, byte* received, ReadOnlySpan<RankPiece> from, CancellationToken cancellation);

    /// <summary>Says that the group is of no use any more: the other processes are ended when this one ends.</summary>
    void Abandon();
}
