using System.CommandLine;

namespace Innate.Cli.Commands;

/// <summary><c>innate completion</c>: a shell's script, which asks the command itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Description = """
        Print a shell's completion script: commands and options; files where neither fits.

        Examples:
          innate completion bash > ~/.local/share/bash-completion/completions/innate
          innate completion zsh > "${fpath[1]}/_innate"
          innate completion fish > ~/.config/fish/completions/innate.fish
          innate completion pwsh >> $PROFILE
        """;

    private static readonly OrderedDictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _innate() {
              local line=${COMP_LINE:0:COMP_POINT}
              local found=$(innate "[suggest:${#line}]" "$line" 2> /dev/null)
              mapfile -t COMPREPLY < <(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}")
            }
            complete -o default -F _innate innate
            """,
        ["zsh"] = """
            #compdef innate
            _innate() {
              local line="${(j: :)words[1,CURRENT]}"
              local -a found=("${(@f)$(innate "[suggest:${#line}]" "$line" 2> /dev/null)}")
              found=("${(@)found:#}")
              if (( ${#found} )); then compadd -a found; else _files; fi
            }
            if [ "$funcstack[1]" = "_innate" ]; then _innate "$@"; else compdef _innate innate; fi
            """,
        ["fish"] = """
            function __innate_suggest
              set -l line (commandline -cp)
              innate "[suggest:"(string length -- "$line")"]" "$line" 2> /dev/null
            end
            complete -c innate -a '(__innate_suggest)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName innate -ScriptBlock {
              param($word, $line, $cursor)
              $text = "$line".PadRight($cursor).Substring(0, $cursor)
              innate "[suggest:$cursor]" "$text" 2> $null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    public static Command Create(CliIo io)
    {
        Argument<string> shell = new("shell") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add(_ => Scripts.Keys.Select(s => new System.CommandLine.Completions.CompletionItem(s)));
        Command command = new("completion", Description);
        command.Add(shell);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(shell)!;
            if (!Scripts.TryGetValue(name, out string? script))
            {
                throw new InputException(
                    $"shell: expected {string.Join(", ", Scripts.Keys)}, found '{name}'{NearestName.Hint(name, Scripts.Keys)}.");
            }

            using StreamWriter text = io.TextOutput();
            text.WriteLine(script.ReplaceLineEndings("\n"));
            return ExitCodes.Success;
        });
        return command;
    }
}
