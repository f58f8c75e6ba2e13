using Innate.Scoring.Profiles;
using Innate.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Innate.Server.Rewards;

/// <summary>
/// A folder's profiles as names of models. What changed is read again when somebody asks; a file that can no longer be read keeps
/// its last good form, and the log says so once.
/// </summary>
internal sealed class ServedProfiles
{
    private readonly Lock _lock = new();
    private readonly string? _folder;
    private readonly ILogger _log;
    private Dictionary<string, Entry> _byFile = [];

    /// <param name="folder">The folder; null: none is served.</param>
    /// <param name="log">Is told of files that cannot be read.</param>
    /// <exception cref="InputException">There is no folder, or a file in it cannot be served.</exception>
    public ServedProfiles(string? folder, ILogger log)
    {
        (_folder, _log) = (folder, log);
        if (folder is null) return;
        if (!Directory.Exists(folder)) throw new InputException("Profiles", "a folder of profiles", $"no folder {folder}");
        foreach (string file in ProfileFinder.Files(folder)) _byFile[file] = new Entry(StampOf(file), Read(file, _byFile));
    }

    /// <summary>The profiles, in the order of their files.</summary>
    public IReadOnlyList<RewardProfile> All
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return
                [
                    .. _byFile.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value.Profile).OfType<RewardProfile>(),
                ];
            }
        }
    }

    /// <summary>The profile of a name; null: there is none.</summary>
    public RewardProfile? Find(string name) => _folder is null ? null : All.FirstOrDefault(p => p.Name == name);

    /// <summary>The same, for an expression that names it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public RewardProfile Require(string name) => Find(name)
        ?? throw new InputException(All is { Count: > 0 } all
            ? $"expected one of this server's profiles, {string.Join(", ", all.Select(p => p.Name))}, found '{name}'"
                + NearestName.Hint(name, all.Select(p => p.Name))
            : $"expected a profile of this server's, which has none, found '{name}'");

    private void Refresh()
    {
        if (_folder is null) return;
        Dictionary<string, Entry> fresh = [];
        foreach (string file in ProfileFinder.Files(_folder))
        {
            Stamp stamp = StampOf(file);
            Entry? before = _byFile.GetValueOrDefault(file);
            if (before?.Stamp == stamp)
            {
                fresh[file] = before;
                continue;
            }

            try
            {
                fresh[file] = new Entry(stamp, Read(file, _byFile));
            }
            catch (InputException e)
            {
                fresh[file] = new Entry(stamp, before?.Profile);
                string kept = before?.Profile is null ? "it is not served" : "its last good form goes on";
                _log.ProfileRefused(e.Message, kept);
            }
        }

        _byFile = fresh;
    }

    private static RewardProfile Read(string file, Dictionary<string, Entry> others)
    {
        RewardProfile profile = ProfileReader.Read(file);
        if (others.FirstOrDefault(o => o.Key != file && o.Value.Profile?.Name == profile.Name).Key is { } other)
        {
            throw new InputException($"{file}: \"name\": expected another than that of {other}, found '{profile.Name}'.");
        }

        try
        {
            profile.Expression.RequireHarmless();
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: {e.MessageFor(_ => "\"reward\"")}", e);
        }

        return profile;
    }

    private static Stamp StampOf(string file)
    {
        FileInfo info = new(file);
        return info.Exists ? new Stamp(info.LastWriteTimeUtc, info.Length) : default;
    }

    private readonly record struct Stamp(DateTime Written, long Length);

    private sealed record Entry(Stamp Stamp, RewardProfile? Profile);
}
