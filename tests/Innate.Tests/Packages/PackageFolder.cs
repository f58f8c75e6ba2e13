using System.Diagnostics;
using System.IO.Compression;
using Innate.Tests.Support;

namespace Innate.Tests.Packages;

/// <summary>The tests that share one folder of packages, in which each is packed once.</summary>
[CollectionDefinition(Name)]
public sealed class PackedOnce : ICollectionFixture<PackageFolder>
{
    public const string Name = "packages";
}

/// <summary>
/// The packages of what this test run was built from, all packed when one is first asked for; nothing is compiled, so the run's
/// own files stay as they are.
/// </summary>
public sealed class PackageFolder : IDisposable
{
    /// <summary>The projects whose packages are published, each named like its package.</summary>
    public static readonly string[] Projects = [.. Directory.GetDirectories(Path.Combine(Places.Repository, "src"))
        .Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    private readonly TemporaryFolder _folder = new();
    private bool _isPacked;

    /// <summary>Where they lie.</summary>
    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    /// <summary>The version under which a project's package lies in the folder.</summary>
    public string Pack(string project)
    {
        if (!_isPacked) PackAll();
        return Directory.GetFiles(_folder.Path, $"{project}.*.nupkg")
            .Select(file => Path.GetFileNameWithoutExtension(file)[(project.Length + 1)..])
            .Single(version => char.IsAsciiDigit(version[0]));
    }

    /// <summary>A project's package, opened.</summary>
    public ZipArchive Open(string project, string extension = "nupkg")
    {
        string version = Pack(project);
        return ZipFile.OpenRead(_folder[$"{project}.{version}.{extension}"]);
    }

    // One call for the solution: nine would each read all projects.
    private void PackAll()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string said = Run(
            "dotnet",
            ["pack", Path.Combine(Places.Repository, "Innate.slnx"), "--no-build", "-c", configuration,
                $"-p:PackageOutputPath={_folder.Path}", "--nologo", "-nodeReuse:false"],
            _folder.Path);
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
        _isPacked = true;
    }

    /// <summary>Runs a program as its user would, and gives what it printed; one that fails fails the test.</summary>
    public static string Run(string program, string[] args, string at, string input = "")
    {
        ProcessStartInfo start = new(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = at,
        };

        // A test run is itself started by MSBuild, whose settings are not the user's.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {process.ExitCode}\n{output}{error.Result}");
        return output;
    }
}
