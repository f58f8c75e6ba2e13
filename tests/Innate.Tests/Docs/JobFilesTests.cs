using System.Diagnostics;
using System.Text.RegularExpressions;
using Innate.Cli;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Innate.Tests.Docs;

/// <summary>The job files in deploy/ are well-formed, agree with themselves, and ask the command for what it can do.</summary>
public sealed partial class JobFilesTests
{
    private static readonly string Deploy = Path.Combine(Places.Repository, "deploy");

    [Theory]
    [InlineData("slurm-score.sh")]
    [InlineData("slurm-train.sh")]
    public void Scripts_of_Slurm_parse_and_their_commands_are_taken(string name)
    {
        string file = Path.Combine(Deploy, name), text = File.ReadAllText(file);
        if (!OperatingSystem.IsWindows())
        {
            using Process bash = Process.Start(new ProcessStartInfo("bash", ["-n", file]) { RedirectStandardError = true })!;
            string said = bash.StandardError.ReadToEnd();
            bash.WaitForExit();
            Assert.True(bash.ExitCode == 0, said);
        }

        Assert.All(
            text.Split('\n').Where(l => l.StartsWith("#SBATCH", StringComparison.Ordinal)),
            l => Assert.Matches("^#SBATCH --[a-z-]+(=[^ ]+)?$", l));
        string whole = text.Replace("\\\n", " ", StringComparison.Ordinal);
        string[] commands = [.. Commands().Matches(whole).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(commands);
        foreach (string command in commands)
        {
            RequireTaken([.. command.Replace("${resume[@]}", "--resume", StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.Contains('$', StringComparison.Ordinal) ? "1" : w.Trim('"', '\''))]);
        }
    }

    [Fact]
    public void The_job_of_Kubernetes_has_as_many_parts_as_it_says()
    {
        YamlMappingNode spec = Map(Yaml("kubernetes-score.yaml"), "spec");
        Assert.Equal("Indexed", Text(spec, "completionMode"));
        int parts = int.Parse(Text(spec, "completions"), System.Globalization.CultureInfo.InvariantCulture);
        YamlMappingNode pod = Map(Map(spec, "template"), "spec");
        YamlMappingNode container = (YamlMappingNode)((YamlSequenceNode)pod["containers"])[0];
        string[] words = Words(container["args"]);
        Assert.Equal($"auto/{parts}", words[Array.IndexOf(words, "--shard") + 1]);
        Assert.Equal("true", Text(Map(container, "securityContext"), "readOnlyRootFilesystem"));
        RequireTaken(words);
        string[] mounts = [.. ((YamlSequenceNode)container["volumeMounts"]).Select(m => Text((YamlMappingNode)m, "name"))];
        string[] volumes = [.. ((YamlSequenceNode)pod["volumes"]).Select(v => Text((YamlMappingNode)v, "name"))];
        Assert.Equal(volumes.Order(), mounts.Order());
    }

    [Fact]
    public void The_engines_of_compose_are_a_pair()
    {
        YamlMappingNode services = Map(Yaml("compose.yaml"), "services");
        Assert.Contains("raw_logprobs", Words(services["probabilities"]["command"]));
        Assert.Contains("raw_logits", Words(services["logits"]["command"]));
        string[] words = Words(services["innate"]["command"]);
        Assert.Equal("http://probabilities:8000", words[Array.IndexOf(words, "--engine") + 1]);
        Assert.Equal("http://logits:8000", words[Array.IndexOf(words, "--engine-logits") + 1]);
        RequireTaken(words);
        Assert.Equal(
            ["logits", "probabilities"], Map(services["innate"], "depends_on").Children.Keys.Select(k => k.ToString()).Order());
    }

    // What the parser alone takes: nothing is run.
    private static void RequireTaken(string[] words)
    {
        CliIo io = new() { OpenInput = () => Stream.Null, Output = Stream.Null, Error = TextWriter.Null };
        Assert.Empty(App.Build(io, words).Parse(words).Errors.Select(e => $"{string.Join(' ', words)}: {e.Message}"));
    }

    private static YamlMappingNode Yaml(string name)
    {
        YamlStream yaml = new();
        using StreamReader reader = new(Path.Combine(Deploy, name));
        yaml.Load(reader);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    private static YamlMappingNode Map(YamlNode node, string name) => (YamlMappingNode)node[name];

    private static string Text(YamlMappingNode node, string name) => ((YamlScalarNode)node[name]).Value!;

    private static string[] Words(YamlNode node) => [.. ((YamlSequenceNode)node).Select(w => ((YamlScalarNode)w).Value!)];

    [GeneratedRegex("""(?m)^[^#\n]*?\binnate ((?:score|train|gather) [^\n]*)$""")]
    private static partial Regex Commands();
}
