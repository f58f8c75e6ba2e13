using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Innate.Tests.Support;

namespace Innate.Tests.Packages;

/// <summary>What lies in a package is what its reader, its debugger and its lawyer look for.</summary>
[Collection(PackedOnce.Name)]
public sealed class PackageContentsTests(PackageFolder packages)
{
    [SdkFact]
    public void Every_package_says_what_it_is_and_under_which_licence()
    {
        foreach (string project in PackageFolder.Projects)
        {
            using ZipArchive package = packages.Open(project);
            Dictionary<string, XElement> about = Metadata(package, project);
            Assert.Equal(project, about["id"].Value);
            Assert.Equal("MIT", about["license"].Value);
            Assert.Equal("expression", about["license"].Attribute("type")!.Value);
            Assert.EndsWith(".", about["description"].Value, StringComparison.Ordinal);
            Assert.NotEmpty(about["tags"].Value);
            Assert.StartsWith("https://", about["projectUrl"].Value, StringComparison.Ordinal);
            Assert.Equal("git", about["repository"].Attribute("type")!.Value);
            foreach (string file in (string[])[about["readme"].Value, about["icon"].Value, "THIRD-PARTY-NOTICES.md"])
            {
                Assert.True(package.GetEntry(file)?.Length > 0, $"{project} has no {file}");
            }
        }
    }

    [SdkFact]
    public void Every_dependency_is_one_of_ours_or_in_the_notices()
    {
        string notices = File.ReadAllText(Path.Combine(Places.Repository, "THIRD-PARTY-NOTICES.md"));
        foreach (string project in PackageFolder.Projects)
        {
            using ZipArchive package = packages.Open(project);
            foreach (XElement dependency in Metadata(package, project).Values
                .Where(e => e.Name.LocalName == "dependencies").SelectMany(e => e.Descendants())
                .Where(e => e.Name.LocalName == "dependency"))
            {
                string id = dependency.Attribute("id")!.Value, version = dependency.Attribute("version")!.Value;
                if (PackageFolder.Projects.Contains(id)) Assert.Equal(packages.Pack(id), version);
                else Assert.Contains(notices.Split('\n'), l => l.StartsWith($"| [{id}](", StringComparison.Ordinal)
                    && l.Split('|')[2].Split(',').Any(v => v.Trim() == version));
            }
        }
    }

    [SdkFact]
    public void Every_library_has_its_documentation_and_the_symbols_of_the_same_compilation()
    {
        foreach (string project in PackageFolder.Projects.Where(p => p != "Innate.Cli"))
        {
            using ZipArchive package = packages.Open(project), symbols = packages.Open(project, "snupkg");
            ZipArchiveEntry assembly = Assert.Single(package.Entries, e => e.FullName.EndsWith(".dll", StringComparison.Ordinal));
            string name = Path.ChangeExtension(assembly.FullName, null);
            Assert.StartsWith("lib/net10.0/", name, StringComparison.Ordinal);
            Assert.True(package.GetEntry($"{name}.xml")?.Length > 0, $"{project} has no documentation");

            using var program = new PEReader(Content(assembly));
            DebugDirectoryEntry entry = program.ReadDebugDirectory().Single(e => e.Type == DebugDirectoryEntryType.CodeView);
            using MetadataReaderProvider pdb = MetadataReaderProvider.FromPortablePdbStream(
                Content(symbols.GetEntry($"{name}.pdb")!));
            BlobContentId id = new(pdb.GetMetadataReader().DebugMetadataHeader!.Id);
            Assert.Equal(program.ReadCodeViewDebugDirectoryData(entry).Guid, id.Guid);
            Assert.Contains(program.ReadDebugDirectory(), e => e.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    [SdkFact]
    public void The_tool_carries_its_licence_and_the_notices_of_what_it_carries()
    {
        using ZipArchive package = packages.Open("Innate.Cli");
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        const string Place = "tools/net10.0/any/";
        Assert.Contains($"{Place}innate.dll", files);
        Assert.Contains($"{Place}LICENSE", files);
        Assert.Contains($"{Place}THIRD-PARTY-NOTICES.md", files);
        Assert.Contains($"{Place}notices/OpenTelemetry.txt", files);
        Assert.Contains($"{Place}notices/System.Numerics.Tensors.txt", files);
        Assert.Contains($"{Place}models/innate-tiny/model.safetensors", files);
    }

    private static Dictionary<string, XElement> Metadata(ZipArchive package, string project)
    {
        using Stream nuspec = package.GetEntry($"{project}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single().Elements().ToDictionary(e => e.Name.LocalName);
    }

    private static MemoryStream Content(ZipArchiveEntry entry)
    {
        var content = new MemoryStream();
        using Stream stream = entry.Open();
        stream.CopyTo(content);
        content.Position = 0;
        return content;
    }
}
