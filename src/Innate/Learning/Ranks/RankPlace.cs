using System.Globalization;

namespace Innate.Learning.Ranks;

/// <summary>Which of a job's processes this one is.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Size">Processes of the job.</param>
internal sealed record RankPlace(int Rank, int Size)
{
    /// <summary>The variable in which Open MPI's mpirun says a process's rank.</summary>
    public const string RankVariable = "OMPI_COMM_WORLD_RANK";

    /// <summary>The variable in which it says how many there are.</summary>
    public const string SizeVariable = "OMPI_COMM_WORLD_SIZE";

    /// <summary>The place that a launcher gave to this process; one of one where none did.</summary>
    /// <param name="variable">Reads a variable of the environment; null where it is not set.</param>
    /// <exception cref="InputException">The environment names a job that cannot be.</exception>
    public static RankPlace Of(Func<string, string?> variable)
    {
        string? rank = variable(RankVariable), size = variable(SizeVariable);
        if (rank is null && size is null) return new RankPlace(0, 1);
        int ranks = Number(SizeVariable, size, "a whole number of at least 1", n => n >= 1);
        return new RankPlace(
            Number(
                RankVariable, rank, string.Create(
                    CultureInfo.InvariantCulture, $"a rank from 0 to {ranks - 1}, for the job has {ranks} ({SizeVariable})"),
                n => n >= 0 && n < ranks),
            ranks);
    }

    private static int Number(string name, string? text, string expected, Func<int, bool> isRight) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && isRight(number)
            ? number : throw new InputException($"{name}: expected {expected}, found {text ?? "none"}.");
}
