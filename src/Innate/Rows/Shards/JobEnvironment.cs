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
        Place[] told = [.. Places(variable, count)];
        if (told.Length == 0)
        {
            throw new InputException(
                "Shard", "a job of Slurm, Open MPI, Kubernetes or torchrun for auto",
                $"none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, {JobVariables.OpenMpiRank}, JOB_COMPLETION_INDEX, RANK");
        }

        // A job of one task says nothing beside one of many: every task of a Slurm array is also task 0 of 1.
        Place[] many = [.. told.Where(t => t.Count is null or > 1)];
        Place place = (many.Length > 0 ? many : told)[0];
        bool Differs(Place t) => t.Index != place.Index || (t.Count ?? place.Count) != (place.Count ?? t.Count);
        if (many.FirstOrDefault(Differs) is { } other)
        {
            throw new InputException("Shard", "a job environment that names one part", $"{place} and {other}");
        }

        int? known = place.Count ?? many.Select(t => t.Count).FirstOrDefault(c => c is not null);
        int all = count ?? known ?? throw new InputException(
            "Shard", $"auto/N, for {place.Variable} does not tell how many parts there are", "auto");
        if (place.Count is { } own && own != all)
        {
            throw new InputException("Shard", $"auto/{own}, as the job environment has it", $"auto/{all}");
        }

        return place.Index >= 0 && place.Index < all
            ? RowShard.Of(place.Index + 1, all, $"{place}")
            : throw new InputException(
                "Shard", all < 1 ? "a job environment that tells of at least one part"
                    : $"a job environment that names a part from {place.First} to {place.First + all - 1}", $"{place}");
    }

    private static IEnumerable<Place> Places(Func<string, string?> variable, int? all)
    {
        if (Whole("SLURM_ARRAY_TASK_ID") is { } task) yield return OfArray(task);

        // Under mpirun every process inherits the Slurm task of the one that ran it.
        (string, string) tasks = ("SLURM_PROCID", "SLURM_NTASKS"), ranks = (JobVariables.OpenMpiRank, JobVariables.OpenMpiSize);
        foreach ((string index, string count) in ((string, string)[])
        [
            Whole(ranks.Item1) is null ? tasks : ranks, ("RANK", "WORLD_SIZE"), ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"),
        ])
        {
            if (Whole(index) is { } own) yield return new Place(index, own, own, Whole(count));
        }

        // Slurm counts the tasks of one submission: where some parts are submitted again, only N says how many there are.
        Place OfArray(int id)
        {
            const string Name = "SLURM_ARRAY_TASK_ID";
            if (all is not null) return new Place(Name, id, id - 1, null);
            int first = Whole("SLURM_ARRAY_TASK_MIN") ?? 0, last = Whole("SLURM_ARRAY_TASK_MAX") ?? int.MinValue;
            return first is 0 or 1 && Whole("SLURM_ARRAY_TASK_COUNT") is { } count and > 1 && last - first + 1 == count
                ? new Place(Name, id, id - first, count)
                : throw new InputException(
                    "Shard", "auto/N beside an array of Slurm that is not all of 0 to N-1 or 1 to N: part I is task I", "auto");
        }

        int? Whole(string name) => JobVariables.Whole(
            variable, name, text => new InputException("Shard", $"a whole number in {name}", $"'{text}'"));
    }

    /// <summary>What one scheduler says.</summary>
    private sealed record Place(string Variable, int Said, int Index, int? Count)
    {
        /// <summary>What the first part is called.</summary>
        public int First => Said - Index;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Variable} = {Said}{(Count is { } count ? $" of {count}" : "")}");
    }
}
