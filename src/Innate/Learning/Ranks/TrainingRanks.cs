namespace Innate.Learning.Ranks;

/// <summary>
/// Training by several processes, which a launcher such as <c>mpirun -n 4</c> began alike. The package Innate.Mpi puts MPI behind
/// this by <c>MpiRanks.Use()</c>; without a launcher there is one process, and nothing is asked of it.
/// </summary>
public static class TrainingRanks
{
    private static readonly AsyncLocal<RankTalk?> Inside = new();

    /// <summary>
    /// Whether this process writes the run's files and tells how it goes: the first of its job, or the only one.
    /// </summary>
    /// <exception cref="InputException">The environment names a job that cannot be.</exception>
    public static bool IsFirst => Inside.Value is { } inside ? inside.IsFirst : Place.Rank == 0;

    private static RankPlace Place => RankPlace.Of(Environment.GetEnvironmentVariable);

    /// <summary>Joins a job's group; null: a job of several processes is refused by name.</summary>
    internal static Func<RankPlace, IRankGroup>? Mpi { get; set; }

    /// <summary>
    /// Does what all processes of the job do together: a fault of one ends all, and the first one tells it. Within other such
    /// work it is a part of that.
    /// </summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">The work; every process trains with equal settings.</param>
    /// <exception cref="RankEndedException">Not the first process: the first one tells why it is over.</exception>
    /// <exception cref="InputException">The job cannot be joined, or its processes differ.</exception>
    public static T Together<T>(Func<T> work) => Together(_ => work());

    /// <summary>As above, with the group.</summary>
    internal static T Together<T>(Func<RankTalk, T> work) =>
        Inside.Value is { } inside ? work(inside) : Together(Join(Place), work);

    /// <summary>As above, in a group that is given.</summary>
    internal static T Together<T>(IRankGroup group, Func<RankTalk, T> work)
    {
        RankTalk talk = new(group);
        Inside.Value = talk;
        try
        {
            return talk.Do(() => work(talk));
        }
        finally
        {
            Inside.Value = null;
        }
    }

    /// <summary>Refuses a job of several processes, for work that would only be done several times.</summary>
    /// <param name="what">The work, such as <c>Aligning</c>.</param>
    /// <exception cref="InputException">There are several.</exception>
    internal static void RequireAlone(string what) => Together(ranks => ranks.Size == 1 ? true : throw new InputException(
        $"{what}: expected one process, for only single trainings are divided, found {ranks.Size} ranks "
        + $"({JobVariables.OpenMpiSize})."));

    private static IRankGroup Join(RankPlace place) => place.Size == 1 ? new AloneGroup()
        : Mpi is { } mpi ? mpi(place)
        : throw new InputException(
            $"{JobVariables.OpenMpiSize}: expected 1, or the package Innate.Mpi after MpiRanks.Use(), found {place.Size}.");
}
