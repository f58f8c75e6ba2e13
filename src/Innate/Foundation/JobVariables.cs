using System.Globalization;

namespace Innate.Foundation;

/// <summary>Whole numbers that a job's launcher puts into the environment of its processes.</summary>
internal static class JobVariables
{
    /// <summary>In which Open MPI's mpirun says a process's rank.</summary>
    public const string OpenMpiRank = "OMPI_COMM_WORLD_RANK";

    /// <summary>In which it says how many there are.</summary>
    public const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";

    /// <summary>A variable's number; null where it is not set, or blank.</summary>
    /// <param name="variable">Reads a variable of the environment; null where it is not set.</param>
    /// <param name="name">The variable.</param>
    /// <param name="fault">The error for a text that is no whole number.</param>
    /// <exception cref="InputException">It is none: <paramref name="fault"/>'s.</exception>
    public static int? Whole(Func<string, string?> variable, string name, Func<string, InputException> fault) =>
        variable(name) is not { } text || string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw fault(text);
}
