using Innate.Checkpoints.Hub;

namespace Innate.Rows;

/// <summary>
/// A dataset as the hub lays it out: a folder, or a name of the hub's whose files lie in the cache, with the part that is meant:
/// <c>FOLDER</c>, <c>FOLDER#SPLIT</c>, <c>FOLDER#SUBSET/SPLIT</c>, <c>FOLDER#SUBSET/</c>.
/// </summary>
/// <param name="Folder">The full path.</param>
/// <param name="Subset">One of the dataset's configs; null: its default.</param>
/// <param name="Split">One of the subset's splits; null: its default.</param>
internal sealed record DatasetLocation(string Folder, string? Subset, string? Split)
{
    private static readonly string[] DataEndings = [".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".gz", ".txt"];

    /// <summary>Whether a path that is no file means a dataset that is there.</summary>
    /// <param name="path">The path.</param>
    public static bool IsMeant(string path) => Find(Parted(path).Place) is not null;

    /// <summary>What to say of a path that is neither a file nor a dataset, but may be a dataset's name.</summary>
    /// <param name="path">The path.</param>
    public static string Hint(string path)
    {
        string place = Parted(path).Place;
        bool isName = HubName.TryParse(place) is not null && place.Contains('/', StringComparison.Ordinal)
            && !DataEndings.Contains(Path.GetExtension(place), StringComparer.OrdinalIgnoreCase);
        return isName
            ? $", and no dataset of that name in the cache at {HubCache.FromEnvironment().Root}; "
            + $"`innate pull --dataset {place}` fetches it"
            : "";
    }

    /// <summary>The dataset of a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="InputException">There is none, or the part is malformed.</exception>
    public static DatasetLocation Of(string path)
    {
        (string place, string? part) = Parted(path);
        string folder = Find(place)
            ?? throw new InputException("Input", "a dataset's folder or name", $"no {place}{Hint(place)}");
        string[] parts = part?.Split('/') ?? [];
        if (parts.Length > 2 || parts is [""] or ["", ..])
        {
            throw new InputException("Input", "#SPLIT or #SUBSET/SPLIT after a dataset", $"#{part}");
        }

        string? split = parts.Length == 0 || parts[^1].Length == 0 ? null : parts[^1];
        return new DatasetLocation(folder, parts.Length == 2 ? parts[0] : null, split);
    }

    private static string? Find(string place)
    {
        if (Directory.Exists(place)) return Path.GetFullPath(place);
        return HubName.TryParse(place) is { } name && name.Repo.Contains('/', StringComparison.Ordinal)
            ? HubCache.FromEnvironment().FindDataset(name.Repo, name.Revision)
            : null;
    }

    // A folder may have a # in its name.
    private static (string Place, string? Part) Parted(string path)
    {
        int at = Path.Exists(path) ? -1 : path.LastIndexOf('#');
        return at < 0 ? (path, null) : (path[..at], path[(at + 1)..]);
    }
}
