using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>THIRD-PARTY-NOTICES.md names what is shipped: no package more, none less, each with version and licence.</summary>
public sealed partial class NoticesTests
{
    // What may be shipped with a program under the MIT licence, given its text.
    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];

    private static readonly string Notices = File.ReadAllText(Path.Combine(Places.Repository, "THIRD-PARTY-NOTICES.md"));

    private static readonly (string Name, string Versions, string License)[] Rows =
        [.. Row().Matches(Notices).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))];

    [Fact]
    public void They_are_the_packages_that_a_restore_finds() => Assert.Equal(
        Shipped().GroupBy(p => p.Name, p => p.Version)
            .Select(p => $"{p.Key} {string.Join(", ", p.Distinct().Order(StringComparer.Ordinal))}")
            .Order(StringComparer.OrdinalIgnoreCase),
        Rows.Select(r => $"{r.Name} {r.Versions}"));

    [Fact]
    public void Every_licence_is_the_package_s_own_and_may_be_shipped()
    {
        foreach ((string name, string version, string folder) in Shipped())
        {
            string said = Rows.Single(r => r.Name == name).License;
            Assert.Contains(said, Allowed);
            XElement? declared = XDocument.Load(Directory.GetFiles(folder, "*.nuspec").Single()).Descendants()
                .FirstOrDefault(e => e.Name.LocalName == "license");
            string? stated = declared?.Attribute("type")?.Value == "expression" ? declared.Value : null;
            Assert.True(stated is null || stated == said, $"{name} {version}: the nuspec says {stated}, the page {said}");
        }
    }

    [Fact]
    public void Every_licence_s_text_is_on_the_page()
    {
        string[] sections = [.. Section().Matches(Notices).Select(m => m.Groups[1].Value)];
        Assert.Equal(Rows.Select(r => r.License).Append("Unicode").Distinct().Order(StringComparer.Ordinal), sections);
        foreach (string licence in sections)
        {
            string text = File.ReadAllText(Path.Combine(Places.Repository, "tools", "licences", $"{licence}.txt"));
            Assert.Contains(text.Trim('\n'), Notices, StringComparison.Ordinal);
        }
    }

    // Every package with an assembly, of all projects whose packages are published.
    private static IEnumerable<(string Name, string Version, string Folder)> Shipped()
    {
        foreach (string project in Directory.GetDirectories(Path.Combine(Places.Repository, "src")))
        {
            using JsonDocument assets = JsonDocument.Parse(
                File.ReadAllBytes(Path.Combine(project, "obj", "project.assets.json")));
            JsonElement root = assets.RootElement;
            foreach (JsonProperty library in root.GetProperty("targets").GetProperty("net10.0").EnumerateObject())
            {
                bool hasAssembly = library.Value.TryGetProperty("runtime", out JsonElement files)
                    && files.EnumerateObject().Any(f => f.Name.EndsWith(".dll", StringComparison.Ordinal));
                if (library.Value.GetProperty("type").GetString() != "package" || !hasAssembly) continue;
                string path = root.GetProperty("libraries").GetProperty(library.Name).GetProperty("path").GetString()!;
                string folder = root.GetProperty("packageFolders").EnumerateObject().Select(f => Path.Combine(f.Name, path))
                    .First(Directory.Exists);
                yield return (library.Name.Split('/')[0], library.Name.Split('/')[1], folder);
            }
        }
    }

    [GeneratedRegex(@"^\| \[([^\]]+)\]\([^)]+\) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Section();
}
