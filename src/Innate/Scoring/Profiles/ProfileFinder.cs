namespace Innate.Scoring.Profiles;

/// <summary>Finds a profile: by its file, or by its name as <c>profiles/NAME.json</c> in the working folder.</summary>
public static class ProfileFinder
{
    /// <summary>The folder in which names are looked up.</summary>
    public const string Folder = "profiles";

    private const string Ending = ".json";

    /// <summary>Reads a profile.</summary>
    /// <param name="place">A file, or a name.</param>
    /// <exception cref="InputException">There is none, or it cannot be read.</exception>
    public static RewardProfile Find(string place)
    {
        if (File.Exists(place) || place.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) || place.Contains('/')
            || place.Contains(Path.DirectorySeparatorChar))
        {
            return ProfileReader.Read(place);
        }

        string file = Path.Combine(Folder, place + Ending);
        if (File.Exists(file)) return ProfileReader.Read(file);
        string[] names = [.. Files(Folder).Select(f => Path.GetFileNameWithoutExtension(f)!)];
        throw new InputException(
            $"{file}: expected a profile, found no such file{NearestName.Hint(place, names)}.");
    }

    /// <summary>A folder's profiles by their files, in the order of their names; none where there is no folder.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal)]
        : [];
}
