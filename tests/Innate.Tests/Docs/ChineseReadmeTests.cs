using System.Text.RegularExpressions;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>README.zh.md is README.md in Chinese: the same commands, options and links, in the same order.</summary>
public sealed partial class ChineseReadmeTests
{
    private static readonly string English = Read("README.md"), Chinese = Read("README.zh.md");

    [Fact]
    public void Its_commands_and_programs_are_the_english_ones() => Assert.Equal(Blocks(English), Blocks(Chinese));

    [Fact]
    public void Its_table_names_the_same_commands()
    {
        string[] commands = [.. Row().Matches(English).Select(m => m.Groups[1].Value)];
        Assert.True(commands.Length > 15);
        Assert.Equal(commands, Row().Matches(Chinese).Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Both_name_the_same_options_rewards_and_files()
    {
        Assert.Equal(Words(English), Words(Chinese));
        Assert.Equal(Links(English), Links(Chinese));
    }

    [Fact]
    public void Every_file_that_they_link_is_there()
    {
        foreach (string link in Links(English).Concat(Links(Chinese)).Where(l => !l.StartsWith("http", StringComparison.Ordinal)))
        {
            Assert.True(Path.Exists(Path.Combine(Places.Repository, link)), link);
        }
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Places.Repository, name));

    private static string[] Blocks(string text) => [.. Block().Matches(text).Select(m => m.Value)];

    // What stands in code style between the blocks: options, fields, names of rewards and presets.
    private static string[] Words(string text) => [.. Code().Matches(Block().Replace(text, ""))
        .Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    private static string[] Links(string text) => [.. Link().Matches(Block().Replace(text, ""))
        .Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("README", StringComparison.Ordinal))
        .Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| (`innate.*?) \| .* \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
