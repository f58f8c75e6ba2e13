using System.Text.RegularExpressions;

namespace Innate.Data;

/// <summary>
/// Which files of a dataset are which subset and split: as its README states it (<see cref="DatasetCard"/>), else by the hub's
/// rules for names: <c>data/SPLIT-00000-of-00002.parquet</c>; else files, or folders, called train, validation or test; else all
/// are train.
/// </summary>
/// <param name="files">The dataset's files, from its folder on, with slashes.</param>
/// <param name="readme">The README's text; null: there is none.</param>
/// <param name="place">What messages call the dataset.</param>
internal sealed partial class DatasetLayout(IReadOnlyCollection<string> files, string? readme, string place)
{
    private static readonly string[] Endings = [".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"];

    private static readonly string[] NoData = ["dataset_infos.json", "dataset_info.json", "state.json"];

    private static readonly (string Split, string[] Words)[] Words =
    [
        ("train", ["train", "training"]),
        ("validation", ["validation", "valid", "dev", "val"]),
        ("test", ["test", "testing", "eval", "evaluation"]),
    ];

    private readonly IReadOnlyList<DatasetConfig> _configs =
        readme is null ? [] : DatasetCard.Configs(readme, $"{place}/README.md");

    /// <summary>The files that hold rows.</summary>
    public IReadOnlyList<string> DataFiles { get; } = [.. files.Where(IsData).Order(StringComparer.Ordinal)];

    /// <summary>The files of a split, in order.</summary>
    /// <param name="subset">One of the configs; null: the default.</param>
    /// <param name="split">One of its splits; null: train, or the only one.</param>
    /// <exception cref="InputException">There is no such subset, split or file.</exception>
    public IReadOnlyList<string> Split(string? subset, string? split)
    {
        DatasetConfig config = Config(subset);
        OrderedDictionary<string, List<string>> splits = Splits(config);
        if (splits.Count == 0 || splits.All(s => s.Value.Count == 0))
        {
            throw new InputException($"{place}: expected data files{Of(config)}, found none.");
        }

        string name = split ?? (splits.ContainsKey("train") ? "train"
            : splits.Count == 1 ? splits.Keys.First()
            : throw new InputException(
                $"{place}: expected one of the splits {Names(splits.Keys)} to be named{Of(config)}, found none."));
        if (!splits.TryGetValue(name, out List<string>? chosen))
        {
            throw new InputException($"{place}: expected one of the splits {Names(splits.Keys)}{Of(config)}, found '{name}'.");
        }

        if (chosen.Count == 0)
        {
            throw new InputException($"{place}: expected files of the split '{name}'{Of(config)}, found none.");
        }

        RequireShards(chosen);
        return chosen;
    }

    /// <summary>The files of all splits of a subset, in order.</summary>
    /// <param name="subset">One of the configs.</param>
    /// <exception cref="InputException">There is no such subset.</exception>
    public IReadOnlyList<string> Subset(string subset) => [.. Splits(Config(subset)).Values.SelectMany(f => f).Distinct()];

    private DatasetConfig Config(string? subset)
    {
        if (_configs.Count == 0)
        {
            return subset is null or "default"
                ? new DatasetConfig("default", true, null, [])
                : throw new InputException(
                    $"{place}: expected the subset default, for its README states no other, found '{subset}'.");
        }

        string names = Names(_configs.Select(c => c.Name));
        if (subset is not null)
        {
            return _configs.FirstOrDefault(c => c.Name == subset)
                ?? throw new InputException($"{place}: expected one of the subsets {names}, found '{subset}'.");
        }

        return _configs.FirstOrDefault(c => c.IsDefault) ?? _configs.FirstOrDefault(c => c.Name == "default")
            ?? (_configs.Count == 1 ? _configs[0]
                : throw new InputException($"{place}: expected one of the subsets {names} to be named, found none."));
    }

    private OrderedDictionary<string, List<string>> Splits(DatasetConfig config)
    {
        string inside = Within(config.Folder ?? "").Trim('/');
        string folder = inside is "" or "." ? "" : inside + "/";
        OrderedDictionary<string, List<string>> splits = [];
        if (config.Files.Count == 0)
        {
            List<string> here = [.. DataFiles.Where(f => f.StartsWith(folder, StringComparison.Ordinal))];
            foreach ((string split, List<string> named) in ByName(here))
            {
                splits.Add(split, named);
            }

            return splits;
        }

        foreach (IGrouping<string, string> split in config.Files.GroupBy(f => f.Split, f => f.Pattern))
        {
            Regex[] patterns = [.. split.Select(p => FilePattern.Of(folder + Within(p)))];
            IEnumerable<string> found = files.Where(f => !IsHidden(f) && patterns.Any(p => p.IsMatch(f)));
            splits.Add(split.Key, [.. found.Order(StringComparer.Ordinal)]);
        }

        return splits;
    }

    private string Within(string path)
    {
        bool isOutside = path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal)
            || path.Contains(':', StringComparison.Ordinal) || path.Split('/').Contains("..");
        string inside = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return !isOutside ? inside
            : throw new InputException($"{place}/README.md: expected files in the dataset's folder, found '{path}'.");
    }

    private static IEnumerable<(string Split, List<string> Files)> ByName(List<string> names)
    {
        var sharded = names.Select(n => (Name: n, Match: Sharded().Match(n))).Where(n => n.Match.Success)
            .GroupBy(n => n.Match.Groups[1].Value, n => n.Name, StringComparer.Ordinal).ToList();
        if (sharded.Count > 0) return sharded.Select(s => (s.Key, s.ToList()));
        foreach (Func<string, string> part in (Func<string, string>[])[FileOf, FolderOf])
        {
            List<(string, List<string>)> named = [];
            foreach ((string split, string[] words) in Words)
            {
                List<string> its = names.FindAll(n => words.Any(word => HasWord(part(n), word)));
                if (its.Count > 0) named.Add((split, its));
            }

            if (named.Count > 0) return named;
        }

        return names.Count == 0 ? [] : [("train", names)];
    }

    private static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    // A word with a letter beside it is another word: "latest.jsonl" is no test.
    private static bool HasWord(string name, string word)
    {
        for (int at = 0; (at = name.IndexOf(word, at, StringComparison.Ordinal)) >= 0; at++)
        {
            int end = at + word.Length;
            if ((at == 0 || IsGap(name[at - 1])) && end < name.Length && IsGap(name[end])) return true;
        }

        return false;
    }

    private static bool IsGap(char c) => c is '-' or '.' or '_' or ' ' or '/' || char.IsAsciiDigit(c);

    // A download that was cut short must not pass for the whole.
    private void RequireShards(List<string> chosen)
    {
        foreach (var set in chosen.Select(f => ShardOf().Match(f)).Where(m => m.Success)
            .GroupBy(m => (m.Groups[1].Value, m.Groups[3].Value)))
        {
            int count = int.Parse(set.Key.Item2, System.Globalization.CultureInfo.InvariantCulture);
            int found = set.Select(m => m.Groups[2].Value).Distinct().Count();
            if (found != count)
            {
                throw new InputException($"{place}: expected all {count} files of {set.Key.Item1.TrimEnd('-')}, found {found}.");
            }
        }
    }

    private static bool IsData(string file)
    {
        string name = FileOf(file);
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Endings.Contains(Path.GetExtension(plain), StringComparer.OrdinalIgnoreCase) && !NoData.Contains(name)
            && !IsHidden(file);
    }

    private static bool IsHidden(string file) =>
        file.Split('/').Any(p => p.StartsWith('.') || p.StartsWith("__", StringComparison.Ordinal));

    private static string Of(DatasetConfig config) => config.Name == "default" ? "" : $" of the subset '{config.Name}'";

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length <= 20 ? string.Join(", ", all) : $"{string.Join(", ", all.Take(20))} and {all.Length - 20} more";
    }

    [GeneratedRegex(@"^data/([\w.]+(?:-[\w.]+)*?)-[0-9]{5}-of-[0-9]{5}[^/]*\.[^/]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Sharded();

    [GeneratedRegex("^(.*)([0-9]{5})-of-([0-9]{5})", RegexOptions.NonBacktracking)]
    private static partial Regex ShardOf();
}
