using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>A reader who follows a link between the pages lands somewhere: the file is there, and so is the heading.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_link_between_the_pages_leads_somewhere()
    {
        List<string> broken = [];
        int followed = 0;
        foreach (string page in Pages())
        {
            foreach ((int line, string target) in Links(File.ReadAllText(page)))
            {
                if (target.Contains(':', StringComparison.Ordinal)) continue; // an address elsewhere
                followed++;
                string[] parts = target.Split('#', 2);
                string file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
                string at = $"{Path.GetRelativePath(Places.Repository, page)}:{line}: {target}";
                if (!Path.Exists(file)) broken.Add($"{at}: no such file");
                else if (parts.Length == 2 && !Anchors(File.ReadAllText(file)).Contains(parts[1])) broken.Add($"{at}: no place");
            }
        }

        Assert.True(followed > 100, $"{followed} links");
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("# The way of the data", "the-way-of-the-data")]
    [InlineData("## `innate eval`, and more", "innate-eval-and-more")]
    [InlineData("## RM-Bench: 6.5 points", "rm-bench-65-points")]
    [InlineData("## See [the page](other.md)", "see-the-page")]
    [InlineData("# 开始", "开始")]
    public void A_heading_s_anchor_is_github_s(string heading, string anchor) => Assert.Contains(anchor, Anchors(heading));

    [Fact]
    public void Headings_of_one_name_are_numbered_and_code_has_no_headings() =>
        Assert.Equal(["a", "a-1"], Anchors("# A\n\n```sh\n# no heading\n```\n\n## A\n").Order());

    private static IEnumerable<string> Pages()
    {
        string root = Places.Repository;
        string[] folders = ["", "docs", "integrations", "models/innate-tiny"];
        return folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.md"));
    }

    // Code between fences and in quotes is no link; its lines keep their numbers.
    private static IEnumerable<(int Line, string Target)> Links(string text)
    {
        string prose = Quoted().Replace(Fence().Replace(text, m => new string('\n', m.Value.Count(c => c == '\n'))), "");
        return Link().Matches(prose).Select(
            m => (prose.AsSpan(0, m.Index).Count('\n') + 1, Uri.UnescapeDataString(m.Groups[1].Value)));
    }

    // The headings' anchors as GitHub makes them: lower case, letters, digits, hyphens, a number where one comes again.
    private static HashSet<string> Anchors(string text)
    {
        Dictionary<string, int> seen = [];
        HashSet<string> anchors = [];
        foreach (Match heading in Heading().Matches(Fence().Replace(text, "")))
        {
            string words = LinkText().Replace(heading.Groups[1].Value.Trim(), "$1").ToLowerInvariant();
            var anchor = new StringBuilder();
            foreach (char c in words)
            {
                if (c == ' ') anchor.Append('-');
                else if (char.IsLetterOrDigit(c) || c is '-' or '_') anchor.Append(c);
            }

            string name = anchor.ToString();
            int before = seen.GetValueOrDefault(name);
            seen[name] = before + 1;
            anchors.Add(before == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{before}"));
        }

        return anchors;
    }

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
