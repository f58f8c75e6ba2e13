using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Innate.Data;

/// <summary>One of a dataset's configs, as the README's front matter states it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDefault">Whether it is meant where none is named.</param>
/// <param name="Folder">The folder that its files lie in; null: the dataset's own.</param>
/// <param name="Files">Patterns of file names by split; empty: the names of files say which split they are.</param>
internal sealed record DatasetConfig(
    string Name, bool IsDefault, string? Folder, IReadOnlyList<(string Split, string Pattern)> Files);

/// <summary>
/// What a dataset's README says of its files: the field <c>configs</c> of the YAML between its first two lines of dashes.
/// </summary>
internal static class DatasetCard
{
    private const int MostText = 1 << 20;
    private const int MostDepth = 32;

    /// <summary>The configs; empty: the README states none.</summary>
    /// <param name="readme">The README's text.</param>
    /// <param name="place">What messages call it.</param>
    /// <exception cref="InputException">The front matter is no YAML, or states something else.</exception>
    public static IReadOnlyList<DatasetConfig> Configs(string readme, string place)
    {
        if (FrontMatter(readme, place) is not { } yaml || Root(yaml, place) is not { } root) return [];
        if (Get(root, "configs") is not { } configs) return [];
        if (configs is not YamlSequenceNode list) throw Fault(place, "configs", "a list", configs);
        List<DatasetConfig> all = [];
        foreach (YamlNode node in list)
        {
            string at = $"configs[{all.Count}]";
            if (node is not YamlMappingNode map) throw Fault(place, at, "a config_name and data_files", node);
            string name = Get(map, "config_name") is { } given ? Text(given, place, $"{at}.config_name") : "default";
            bool isDefault = Get(map, "default") is YamlScalarNode { Value: "true" or "True" or "yes" };
            string? folder = Get(map, "data_dir") is { } dir ? Text(dir, place, $"{at}.data_dir") : null;
            var files = Get(map, "data_files") is { } data ? DataFilesOf(data, place, $"{at}.data_files") : [];
            if (all.Any(c => c.Name == name))
            {
                throw new InputException($"{place}: {at}: expected each config once, found '{name}' twice.");
            }

            all.Add(new DatasetConfig(name, isDefault, folder, files));
        }

        return all;
    }

    // A pattern, patterns, or splits with theirs.
    private static List<(string, string)> DataFilesOf(YamlNode data, string place, string at)
    {
        List<(string, string)> all = [];
        if (data is YamlMappingNode splits && Get(splits, "path") is null)
        {
            foreach ((YamlNode split, YamlNode paths) in splits.Children)
            {
                all.AddRange(Patterns(paths, place, at).Select(p => (Text(split, place, at), p)));
            }

            return all;
        }

        foreach (YamlNode item in data is YamlSequenceNode items ? items.Children : [data])
        {
            if (item is not YamlMappingNode map)
            {
                all.Add(("train", Text(item, place, at)));
                continue;
            }

            string split = Get(map, "split") is { } name ? Text(name, place, $"{at}.split") : "train";
            YamlNode path = Get(map, "path") ?? throw Fault(place, at, "a split and a path", map);
            all.AddRange(Patterns(path, place, $"{at}.path").Select(p => (split, p)));
        }

        return all;
    }

    private static IEnumerable<string> Patterns(YamlNode node, string place, string at) =>
        node is YamlSequenceNode list ? list.Select(p => Text(p, place, at)) : [Text(node, place, at)];

    private static string? FrontMatter(string readme, string place)
    {
        using StringReader lines = new(readme.TrimStart('\uFEFF'));
        if (lines.ReadLine()?.TrimEnd() != "---") return null;
        System.Text.StringBuilder yaml = new();
        while (lines.ReadLine() is { } line)
        {
            if (line.TrimEnd() == "---") return yaml.ToString();
            if (yaml.Append(line).Append('\n').Length > MostText)
            {
                throw new InputException($"{place}: expected front matter of at most {MostText >> 20} MiB, found more.");
            }
        }

        return null; // A README that begins with a rule.
    }

    private static YamlMappingNode? Root(string yaml, string place)
    {
        try
        {
            RequireShallow(yaml, place);
            YamlStream stream = [];
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode as YamlMappingNode;
        }
        catch (YamlException e)
        {
            throw new InputException(
                $"{place}, line {e.Start.Line + 1}: expected YAML between the lines of dashes, found none.", e);
        }
    }

    // Parts are read by calls within calls, and what an alias names is read again.
    private static void RequireShallow(string yaml, string place)
    {
        Parser parser = new(new StringReader(yaml));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth)
            {
                throw new InputException($"{place}: expected YAML at most {MostDepth} levels deep, found more.");
            }

            if (parser.Current is AnchorAlias) throw new InputException($"{place}: expected YAML without aliases, found one.");
        }
    }

    private static YamlNode? Get(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value)
        && value is not YamlScalarNode { Value: "" or "null" }
            ? value
            : null;

    private static string Text(YamlNode node, string place, string at) => node is YamlScalarNode { Value: { Length: > 0 } text }
        ? text
        : throw Fault(place, at, "a text", node);

    private static InputException Fault(string place, string at, string expected, YamlNode found) => new(
        $"{place}: {at}: expected {expected}, found "
        + found switch
        {
            YamlSequenceNode => "a list.",
            YamlMappingNode { Children.Count: 0 } => "nothing.",
            YamlMappingNode map => $"a mapping of {string.Join(", ", map.Children.Keys.Take(5))}.",
            _ => $"'{found}'.",
        });
}
