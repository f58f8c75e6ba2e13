using System.Diagnostics;
using System.Globalization;
using Innate.Learning.Ranks;

namespace Innate.Mpi;

/// <summary>The processes of an MPI job.</summary>
internal sealed unsafe class MpiGroup : IRankGroup
{
    // Of rank 0 where all were asked to stop, with those that it waits for: mpirun kills a second after it asked, and it has a
    // checkpoint to write. The others end when it does: what ends before would end it too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.3), PatienceOfOthers = TimeSpan.FromSeconds(30);

    // Before that others are expected any moment; later they may do something long, and the processor is better left to them.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    private readonly MpiLibrary _mpi;
    private readonly int[] _places;
    private bool _isAbandoned;
    private bool _isWaiting;

    private MpiGroup(MpiLibrary mpi)
    {
        (_mpi, Rank, Size) = (mpi, mpi.Rank, mpi.Size);
        _places = GC.AllocateArray<int>(4 * Size, pinned: true);
    }

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Begins MPI.</summary>
    /// <param name="place">What the environment says of this process.</param>
    /// <exception cref="InputException">There is no Open MPI, or it says another thing than the environment.</exception>
    public static MpiGroup Begin(RankPlace place)
    {
        MpiGroup group = new(MpiLibrary.Begin());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => group.Leave();
        if (place == new RankPlace(group.Rank, group.Size)) return group;
        group.Abandon();
        throw new InputException(string.Create(
            CultureInfo.InvariantCulture,
            $"{JobVariables.OpenMpiRank}: expected rank {group.Rank} of {group.Size}, as MPI says, "
            + $"found {place.Rank} of {place.Size}."));
    }

    public void Exchange(
        byte* sent, ReadOnlySpan<RankPiece> to, byte* received, ReadOnlySpan<RankPiece> from, CancellationToken cancellation)
    {
        for (int r = 0; r < Size; r++)
        {
            (_places[r], _places[Size + r]) = (to[r].Bytes, to[r].Start);
            (_places[(2 * Size) + r], _places[(3 * Size) + r]) = (from[r].Bytes, from[r].Start);
        }

        _isWaiting = true;
        fixed (int* places = _places)
        {
            Wait(
                _mpi.Exchange(sent, places, places + Size, received, places + (2 * Size), places + (3 * Size)), cancellation);
        }

        _isWaiting = false;
    }

    public void Abandon() => _isAbandoned = true;

    // A process that ends in the middle of something would wait here for others that wait for it.
    private void Leave()
    {
        if (_isAbandoned || _isWaiting)
        {
            _mpi.Abort();
            return;
        }

        try
        {
            _mpi.Finish();
        }
        catch (IOException)
        {
            // The work is done and told; what the launcher makes of it is its own.
        }
    }

    private void Wait(nint request, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp(), stopped = 0;
        while (!_mpi.IsDone(ref request))
        {
            if (Stopwatch.GetElapsedTime(start) < Soon) Thread.Yield();
            else Thread.Sleep(1);
            if (!cancellation.IsCancellationRequested) continue;
            if (stopped == 0) stopped = Stopwatch.GetTimestamp();
            TimeSpan patience = Rank == 0 ? Patience : PatienceOfOthers;
            if (Stopwatch.GetElapsedTime(stopped) > patience) cancellation.ThrowIfCancellationRequested();
        }
    }
}
