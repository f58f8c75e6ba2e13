using System.Globalization;

namespace Innate.Rows.Shards;

/// <summary>
/// Which part of a job this process is, as the environment of a scheduler tells: Slurm's arrays and tasks, Open MPI, torchrun,
/// and Kubernetes' indexed jobs.
/// </summary>
internal static class JobEnvironment
{
    /// <summary>The part that the environment names.</summary>
    /// <param name="variable">A variable's value; null: it is not set.</param>
    /// <param name="count">How many parts there are; null: the environment tells.</param>
    /// <exception cref="InputException">It names none, two, or one that there is not.</exception>
    public static RowShard Read(Func<string, string?> variable, int? count = null)
    {
        Place[] told = [.. Places(variable)];
        if (told.Length == 0)
        {
            throw new InputException(
                "Shard", "a job of Slurm, Open MPI, Kubernetes or torchrun for auto",
                "none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, OMPI_COMM_WORLD_RANK, JOB_COMPLETION_INDEX, RANK");
        }

        // A job of one task says nothing beside one of many: every task of a Slurm array is also task 0 of 1.
        Place[] many = [.. told.Where(t => t.Count is null or > 1)];
        Place place = (many.Length > 0 ? many : told)[0];
        if (many.FirstOrDefault(t => (t.Index, t.Count) != (place.Index, place.Count)) is { } other)
        {
            throw new InputException("Shard", "a job environment that names one part", $"{place} and {other}");
        }

        int all = count ?? place.Count ?? throw new InputException(
            "Shard", $"auto/N, for {place.Variable} does not tell how many parts there are", "auto");
        if (place.Count is { } own && own != all)
        {
            throw new InputException("Shard", $"auto/{own}, as the job environment has it", $"auto/{all}");
        }

        return place.Index >= 0 && place.Index < all
            ? RowShard.Of(place.Index + 1, all, $"{place}")
            : throw new InputException("Shard", $"a job environment that names a part from 0 to {all - 1}", $"{place}");
    }

    private static IEnumerable<Place> Places(Func<string, string?> variable)
    {
        if (Whole("SLURM_ARRAY_TASK_ID") is { } task)
        {
            int first = Whole("SLURM_ARRAY_TASK_MIN") ?? 0, step = Whole("SLURM_ARRAY_TASK_STEP") ?? 1;
            if (step < 1 || (task - first) % step != 0) throw Odd("SLURM_ARRAY_TASK_STEP", $"{step}");
            yield return new Place("SLURM_ARRAY_TASK_ID", task, (task - first) / step, Whole("SLURM_ARRAY_TASK_COUNT"));
        }

        foreach ((string index, string count) in ((string, string)[])
        [
            ("SLURM_PROCID", "SLURM_NTASKS"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("RANK", "WORLD_SIZE"),
            ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"),
        ])
        {
            if (Whole(index) is { } own) yield return new Place(index, own, own, Whole(count));
        }

        int? Whole(string name) => variable(name) is not { } text || text.Trim().Length == 0 ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
            : throw Odd(name, $"'{text}'");
    }

    private static InputException Odd(string name, string found) => new("Shard", $"a whole number in {name} that fits", found);

    /// <summary>What one scheduler says.</summary>
    private sealed record Place(string Variable, int Said, int Index, int? Count)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Variable} = {Said}{(Count is { } count ? $" of {count}" : "")}");
    }
}
