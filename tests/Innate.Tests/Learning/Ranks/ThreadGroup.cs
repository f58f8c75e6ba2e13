using Innate.Learning.Ranks;

namespace Innate.Tests.Learning.Ranks;

/// <summary>Ranks that are threads of one process, each with a model of its own.</summary>
internal sealed unsafe class ThreadGroup(ThreadGroup.Board board, int rank) : IRankGroup
{
    public int Rank => rank;

    public int Size => board.Sent.Length;

    /// <summary>Does the same on every rank; returns what came of it, or what was thrown.</summary>
    public static (T? Result, Exception? Fault)[] Run<T>(int ranks, Func<RankTalk, T> work)
    {
        using Board board = new(ranks);
        var ends = new (T?, Exception?)[ranks];
        Thread[] threads = [.. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                ends[rank] = (TrainingRanks.Together(new ThreadGroup(board, rank), work), null);
            }
            catch (Exception e)
            {
                ends[rank] = (default, e);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "a rank waits for ever");
        return ends;
    }

    public void Exchange(
        byte* sent, ReadOnlySpan<RankPiece> to, byte* received, ReadOnlySpan<RankPiece> from, CancellationToken cancellation)
    {
        (board.Sent[rank], board.To[rank]) = ((nint)sent, to.ToArray());
        board.Meet(cancellation);
        for (int r = 0; r < Size; r++)
        {
            RankPiece piece = board.To[r][rank];
            if (piece.Bytes != from[r].Bytes) throw new IOException($"rank {r} gives {piece.Bytes} bytes for {from[r].Bytes}");
            new ReadOnlySpan<byte>((byte*)board.Sent[r] + piece.Start, piece.Bytes)
                .CopyTo(new Span<byte>(received + from[r].Start, piece.Bytes));
        }

        board.Meet(cancellation);
    }

    public void Abandon() => board.IsBroken.Cancel();

    /// <summary>Where the threads lay their pieces out.</summary>
    internal sealed class Board(int ranks) : IDisposable
    {
        private readonly Barrier _barrier = new(ranks);

        public nint[] Sent { get; } = new nint[ranks];

        public RankPiece[][] To { get; } = new RankPiece[ranks][];

        public CancellationTokenSource IsBroken { get; } = new();

        public void Meet(CancellationToken cancellation)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(IsBroken.Token, cancellation);
            try
            {
                _barrier.SignalAndWait(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new IOException("a rank is gone");
            }
        }

        public void Dispose()
        {
            _barrier.Dispose();
            IsBroken.Dispose();
        }
    }
}
