using Innate.Tests.Support;

namespace Innate.Tests.Docs;

/// <summary>What a container and a script run as the README's first commands are the README's first commands.</summary>
public sealed class FirstStepsTests
{
    [Fact]
    public void The_container_runs_the_readme_s_first_two_commands()
    {
        string commands = Read("README.md").Split("## Start")[1].Split("```sh\n")[1].Split("```")[0];
        Assert.EndsWith("\n./test\n", commands, StringComparison.Ordinal);
        Assert.Equal(
            commands,
            Read("deploy/first-steps.Dockerfile").Split("COPY . .\n")[1].Replace("RUN ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_build_puts_into_packages_does_not_depend_on_where_and_when_it_ran()
    {
        // tools/reproduce compares two builds; these are the settings by which they are equal.
        string props = Read("Directory.Build.props");
        Assert.Contains("<Deterministic>true</Deterministic>", props, StringComparison.Ordinal);
        Assert.Contains(
            "<ContinuousIntegrationBuild Condition=\"'$(CI)' == 'true'\">true</ContinuousIntegrationBuild>", props,
            StringComparison.Ordinal);
        Assert.Contains("export CI=true", Read("tools/reproduce"), StringComparison.Ordinal);
        Assert.Contains("<EmbedUntrackedSources>true</EmbedUntrackedSources>", props, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(Places.Repository, "src"), "*.csproj", SearchOption.AllDirectories),
            project => File.ReadAllText(project).Contains("<Deterministic>", StringComparison.Ordinal));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Places.Repository, name));
}
