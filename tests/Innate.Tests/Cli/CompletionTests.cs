using System.Diagnostics;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary>Completion as shells ask for it.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("innate sco", "score")]
    [InlineData("innate score --mod", "--model")]
    [InlineData("innate train sft --learning", "--learning-rate")]
    [InlineData("innate completion ", "fish")]
    public void The_command_itself_says_what_may_come_next(string line, string expected)
    {
        CliResult result = RealCli.Run([$"[suggest:{line.Length}]", line]);
        Assert.Equal(0, result.Code);
        Assert.Contains(expected, result.Lines);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _innate innate")]
    [InlineData("zsh", "#compdef innate")]
    [InlineData("fish", "complete -c innate")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void Each_shell_has_its_script(string shell, string line)
    {
        CliResult result = RealCli.Run(["completion", shell]);
        Assert.Equal(0, result.Code);
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_shell_is_refused()
    {
        CliResult result = RealCli.Run(["completion", "tcsh"]);
        Assert.Equal((2, "innate: shell: expected bash, zsh, fish, pwsh, found 'tcsh'.\n"), (result.Code, result.Error));
    }

    // The shell's own machinery, with a stand-in that answers as the command does.
    [ShellFact("bash")]
    public void Bash_completes_a_word()
    {
        string script = RealCli.Run(["completion", "bash"]).Output;
        Assert.Equal("score\n", Shell("bash", $$"""
            innate() { [ "$1" = "[suggest:10]" ] && [ "$2" = "innate sco" ] && printf 'score\nscope-of-others\n' | grep scor; }
            {{script}}
            COMP_LINE="innate sco --in x" COMP_POINT=10 COMP_WORDS=(innate sco) COMP_CWORD=1
            _innate
            printf '%s\n' "${COMPREPLY[@]}"
            """));
    }

    [ShellFact("fish")]
    public void Fish_completes_a_word()
    {
        string script = RealCli.Run(["completion", "fish"]).Output;
        Assert.Equal("score\n", Shell("fish", $$"""
            function innate; test "$argv[1]" = "[suggest:10]"; and test "$argv[2]" = "innate sco"; and echo score; end
            {{script}}
            complete -C "innate sco"
            """));
    }

    [ShellFact("zsh")]
    public void Zsh_completes_a_word()
    {
        string script = RealCli.Run(["completion", "zsh"]).Output;
        Assert.Equal("score\n", Shell("zsh", $$"""
            innate() { [ "$1" = "[suggest:10]" ] && [ "$2" = "innate sco" ] && print score; }
            compdef() { :; }
            compadd() { print -l -- "${(@P)2}"; }
            {{script}}
            words=(innate sco) CURRENT=2
            _innate
            """));
    }

    private static string Shell(string shell, string script)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["script"], script.ReplaceLineEndings("\n"));
        using Process process = Process.Start(new ProcessStartInfo(shell, [folder["script"]])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error);
        return output;
    }

    private sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute(string shell)
        {
            bool isHere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, shell)));
            if (!isHere) Skip = $"{shell} is not installed.";
        }
    }
}
