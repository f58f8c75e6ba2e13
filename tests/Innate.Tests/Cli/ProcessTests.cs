using System.Diagnostics;
using System.Globalization;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>What only a process of its own can show: signals, pipes, devices.</summary>
public class ProcessTests
{
    private static readonly string Model = Path.Combine(Places.Repository, "tests", "Fixtures", "models", "llama");

    // What a run that nobody stops makes of the rows, which are the same in every folder.
    private static readonly Lazy<byte[]> Whole = new(() =>
    {
        using TemporaryFolder folder = Rows(Many);
        string score = $"$I score --model {folder["model"]} --in {folder["in.jsonl"]} --quiet --out {folder["whole"]}";
        Assert.Equal(0, Shell(score, folder).Code);
        return File.ReadAllBytes(folder["whole"]);
    });

    // Enough that a signal comes before the end.
    private const int Many = 20000;

    [Fact]
    public void The_version_is_one_line()
    {
        (int code, string output, _) = Shell("$I --version");
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", output);
    }

    [Fact]
    public void Unknown_options_are_one_sentence_and_exit_code_2()
    {
        (int code, string output, string error) = Shell("$I score --nonsense");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Equal("innate: '--nonsense' is not an option; see `innate score --help`.\n", error);
    }

    [Fact]
    public void A_full_disk_is_one_sentence_and_exit_code_1()
    {
        if (!OperatingSystem.IsLinux()) return;
        using TemporaryFolder folder = Rows(10);
        foreach (string to in new[] { "> /dev/full", "--out /dev/full" })
        {
            (int code, _, string error) = Shell($"$I score --model {folder["model"]} --in {folder["in.jsonl"]} {to}", folder);
            Assert.Equal(1, code);
            Assert.Single(error.TrimEnd('\n').Split('\n'));
            Assert.Contains("No space left", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_empty_key_in_the_environment_does_not_open_the_server()
    {
        if (!OperatingSystem.IsLinux()) return;
        (int code, _, string error) = Shell("INNATE_API_KEY= $I serve --urls http://127.0.0.1:0");
        Assert.Equal(2, code);
        Assert.Contains("INNATE_API_KEY", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_closed_pipe_ends_the_work_without_a_word()
    {
        if (!OperatingSystem.IsLinux()) return;
        using TemporaryFolder folder = Rows(Many);
        (_, string output, string error) = Shell(
            $"$I score --model {folder["model"]} --in {folder["in.jsonl"]} --quiet | head -n 1; echo ${{PIPESTATUS[0]}}", folder);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal("1", lines[1]);
        Assert.Equal("", error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_leaves_only_the_partial_file_and_the_run_resumes_to_the_same_bits(string signal, int expected)
    {
        if (!OperatingSystem.IsLinux()) return;
        using TemporaryFolder folder = Rows(Many);
        string score = $"$I score --model {folder["model"]} --in {folder["in.jsonl"]} --quiet --out ";
        string wait = $"until [ -s {folder["a.partial"]} ]; do sleep 0.05; done";

        // set -m: background jobs of a script ignore SIGINT otherwise.
        (int code, _, string error) = Shell($"set -m; {score}{folder["a"]} & {wait}; kill -{signal} $!; wait $!", folder);
        Assert.Equal(expected, code);
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a"]));
        Assert.Equal(0, Shell($"{score}{folder["a"]} --resume", folder).Code);
        Assert.Equal(Whole.Value, File.ReadAllBytes(folder["a"]));
        Assert.False(File.Exists(folder["a.partial"]));
    }

    private static TemporaryFolder Rows(int count)
    {
        TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["model"], Model);
        File.WriteAllLines(folder["in.jsonl"], Enumerable.Range(0, count).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"n":{{i}},"prompt_ids":[1,{{i % 20}},3],"response_ids":[{{(i * 7) % 20}},2,5,6,7]}""")));
        return folder;
    }

    private static (int Code, string Output, string Error) Shell(string script, TemporaryFolder? folder = null)
    {
        string dll = Path.Combine(AppContext.BaseDirectory, "innate.dll");
        ProcessStartInfo start = new("bash", ["-c", script.Replace("$I", $"dotnet exec '{dll}'", StringComparison.Ordinal)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder?.Path ?? Path.GetTempPath(),
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
