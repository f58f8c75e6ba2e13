using System.Globalization;
using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Packages;

/// <summary>
/// What a user gets: the packages, used on a machine that has nothing else. They are restored from their folder alone.
/// </summary>
[Collection(PackedOnce.Name)]
public sealed class PackedToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PackageFolder _packages;

    public PackedToolTests(PackageFolder packages)
    {
        _packages = packages;
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder["unpacked"]}" /></config>
              <packageSources><clear /><add key="here" value="{packages.Folder}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
    }

    public void Dispose() => _folder.Dispose();

    [SdkFact]
    public void The_installed_tool_answers_in_an_empty_folder_with_the_model_inside()
    {
        string version = _packages.Pack("Innate.Cli");
        Dotnet(
            "tool", "install", "Innate.Cli", "--version", version, "--tool-path", _folder["tools"],
            "--configfile", _folder["nuget.config"]);
        string innate = Path.Combine(_folder["tools"], OperatingSystem.IsWindows() ? "innate.exe" : "innate");
        Assert.Equal($"{version}\n", Run(innate, ["--version"]).ReplaceLineEndings("\n"));

        string ranked = Run(
            innate, ["rank", "--json", "--prompt", "What is 47 + 85?", "--response", "132", "--response", "122"]);
        Assert.Equal(2, JsonDocument.Parse(ranked).RootElement.GetProperty("ranking").GetArrayLength());
        string scored = Run(innate, ["score"], """{"prompt":"What is 47 + 85?","response":"132"}""");
        JsonElement best = JsonDocument.Parse(ranked).RootElement.GetProperty("ranking").EnumerateArray()
            .Single(r => r.GetProperty("response").GetString() == "132");
        Assert.Equal(best.GetProperty("reward").GetDouble(),
            JsonDocument.Parse(scored).RootElement.GetProperty("reward").GetDouble());
        Assert.Empty(Directory.GetFileSystemEntries(_folder["empty"]));
    }

    [SdkFact]
    public void The_readme_s_program_runs_from_the_packages_also_two_projects_away()
    {
        string version = _packages.Pack("Innate");
        Project("Near", $"""<PackageReference Include="Innate" Version="{version}" />""", "");
        Project(
            "App", """<ProjectReference Include="../Near/Near.csproj" />""",
            "<OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings>");
        string readme = File.ReadAllText(Path.Combine(Places.Repository, "README.md"));
        File.WriteAllText(_folder["App/Program.cs"], readme.Split("```csharp")[1].Split("```")[0]);
        Dotnet("build", _folder["App/App.csproj"], "--nologo", "-v", "quiet", "-nodeReuse:false", "-o", _folder["built"]);

        // The model inside came along, and the rewards are those that the README shows.
        string[] said = Run("dotnet", [Path.Combine(_folder["built"], "App.dll")])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(
            readme.Split("\"rewards\":[")[1].Split(']')[0].Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)),
            said.Select(x => double.Parse(x, CultureInfo.InvariantCulture)));
    }

    [SdkFact]
    public void The_programs_for_apps_run_from_the_packages()
    {
        string version = _packages.Pack("Innate.Server");

        // What the packages themselves depend on is already where this build found it.
        string found = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string config = File.ReadAllText(_folder["nuget.config"]);
        File.WriteAllText(_folder["nuget.config"], config.Replace(
            "<fallbackPackageFolders><clear />", $"""<fallbackPackageFolders><clear /><add key="found" value="{found}" />""",
            StringComparison.Ordinal));
        Project(
            "Service",
            $"""
            <PackageReference Include="Innate.Extensions.AI" Version="{version}" />
            <PackageReference Include="Innate.Server" Version="{version}" />
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            """,
            "<OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>");
        string[] programs = ["DependencyInjection", "RewardedChat", "EvaluateAnswers", "StreamedScores", "ServerInAnApp"];
        string examples = Path.Combine(Places.Repository, "examples", "Innate.Examples");
        foreach (string file in programs.Append("WatchTheWork").Select(p => $"{p}.cs"))
        {
            File.Copy(Path.Combine(examples, file), _folder[$"Service/{file}"]);
        }

        File.WriteAllText(_folder["Service/Program.cs"], string.Concat(
            programs.Select(p => $"await Examples.{p}.RunAsync(Console.Out);\n")) + "Examples.WatchTheWork.Run(Console.Out);\n");
        Dotnet("build", _folder["Service/Service.csproj"], "--nologo", "-v", "quiet", "-nodeReuse:false", "-o", _folder["built"]);
        string said = Run("dotnet", [Path.Combine(_folder["built"], "Service.dll")]);
        foreach (string line in (string[])["best of 4: reward ", "Innate verifier: ", "5 + 85: ", "a stranger: 401", "ada: 200 [",
            "innate.rank: "])
        {
            Assert.Contains(line, said, StringComparison.Ordinal);
        }
    }

    private void Project(string name, string reference, string property)
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(_folder[$"{name}/{name}.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><UseAppHost>false</UseAppHost>{property}</PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
    }

    private string Dotnet(params string[] args) => PackageFolder.Run("dotnet", args, _folder.Path);

    private string Run(string program, string[] args, string input = "") =>
        PackageFolder.Run(program, args, _folder["empty"], input);
}
