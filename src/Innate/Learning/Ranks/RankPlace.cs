using System.Globalization;

namespace Innate.Learning.Ranks;

/// <summary>Which of a job's processes this one is.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Size">Processes of the job.</param>
internal sealed record RankPlace(int Rank, int Size)
{
    /// <summary>The place that Open MPI's mpirun gave to this process; one of one where it did not begin it.</summary>
    /// <param name="variable">Reads a variable of the environment; null where it is not set.</param>
    /// <exception cref="InputException">The environment names a job that cannot be.</exception>
    public static RankPlace Of(Func<string, string?> variable)
    {
        const string Rank = JobVariables.OpenMpiRank, Size = JobVariables.OpenMpiSize;
        if (variable(Rank) is null && variable(Size) is null) return new RankPlace(0, 1);
        int ranks = Number(variable, Size, "a whole number of at least 1", n => n >= 1);
        string expected = string.Create(
            CultureInfo.InvariantCulture, $"a rank from 0 to {ranks - 1}, for the job has {ranks} ({Size})");
        return new RankPlace(Number(variable, Rank, expected, n => n >= 0 && n < ranks), ranks);
    }

    private static int Number(Func<string, string?> variable, string name, string expected, Func<int, bool> isRight)
    {
        InputException Fault(string found) => new($"{name}: expected {expected}, found {found}.");
        int? number = JobVariables.Whole(variable, name, Fault);
        return number is { } n && isRight(n) ? n : throw Fault(variable(name) ?? "none");
    }
}
