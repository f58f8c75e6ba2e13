using Innate.Learning.Ranks;

namespace Innate.Mpi;

/// <summary>Training by the processes that Open MPI's <c>mpirun</c> began, for the library's training runs.</summary>
public static class MpiRanks
{
    private static readonly Lock Gate = new();

    private static MpiGroup? Group { get; set; }

    /// <summary>
    /// Lets training runs divide their steps among such processes; called once, at a program's start. It costs nothing: the MPI
    /// library is loaded by the first run of a process that is one of several.
    /// </summary>
    public static void Use() => TrainingRanks.Mpi = Join;

    // MPI can be begun once in a process: a second run goes on with the same group.
    private static MpiGroup Join(RankPlace place)
    {
        lock (Gate) return Group ??= MpiGroup.Begin(place);
    }
}
