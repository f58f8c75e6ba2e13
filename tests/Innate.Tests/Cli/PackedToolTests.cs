using System.Diagnostics;
using System.Text.Json;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>
/// What a user gets: the packages, used on a machine that has nothing else. Packs what this test run was built from, and
/// restores from the folder of the packages alone.
/// </summary>
public sealed class PackedToolTests : IDisposable
{
    private readonly Support.TemporaryFolder _folder = new();

    public PackedToolTests()
    {
        Directory.CreateDirectory(_folder["packages"]);
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder["unpacked"]}" /></config>
              <packageSources><clear /><add key="here" value="{_folder["packages"]}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
    }

    public void Dispose() => _folder.Dispose();

    [SdkFact]
    public void The_installed_tool_answers_in_an_empty_folder_with_the_model_inside()
    {
        string version = Pack("Innate.Cli");
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
    public void A_program_that_uses_the_library_two_projects_away_has_the_model_too()
    {
        Pack("Innate.Jinja");
        string version = Pack("Innate");
        Project("Near", $"""<PackageReference Include="Innate" Version="{version}" />""", "");
        Project("App", """<ProjectReference Include="../Near/Near.csproj" />""", "<OutputType>Exe</OutputType>");
        File.WriteAllText(
            _folder["App/Program.cs"],
            "using var model = Innate.LanguageModel.LoadDefault(); System.Console.Write(model.Config.LayerCount > 0);");
        Dotnet("build", _folder["App/App.csproj"], "--nologo", "-v", "quiet", "-nodeReuse:false", "-o", _folder["built"]);
        Assert.Equal("True", Run("dotnet", [Path.Combine(_folder["built"], "App.dll")]));
    }

    [SdkFact]
    public void The_programs_for_apps_run_from_the_packages()
    {
        Pack("Innate.Jinja");
        Pack("Innate");
        Pack("Innate.Extensions.AI");
        string version = Pack("Innate.Server");

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

    // The configuration of this test run; nothing is compiled, so the run's own files stay as they are.
    private string Pack(string project)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string said = Dotnet(
            "pack", Path.Combine(Places.Repository, "src", project), "--no-build", "-c", configuration, "-o", _folder["packages"],
            "--nologo", "-nodeReuse:false");
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
        return Directory.GetFiles(_folder["packages"], $"{project}.*.nupkg")
            .Select(file => Path.GetFileNameWithoutExtension(file)[(project.Length + 1)..])
            .Single(version => char.IsAsciiDigit(version[0]));
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

    private string Dotnet(params string[] args) => Run("dotnet", args, at: _folder.Path);

    private string Run(string program, string[] args, string input = "", string? at = null)
    {
        ProcessStartInfo start = new(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = at ?? _folder["empty"],
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
