using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Innate.Cli;

namespace Innate.Tests.Cli;

/// <summary>What a newcomer reads first: every command's help.</summary>
public sealed partial class HelpTests
{
    private const int Width = 80;

    public static TheoryData<string> Paths => [.. Commands(App.Build(Io(), ["--help"]), "")];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_option_tells_its_default_or_what_it_is_when_left_out(string path)
    {
        string[] words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command root = App.Build(Io(), [.. words, "--help"]);
        Command command = words.Aggregate(root, (c, w) => c.Subcommands.Single(s => s.Name == w));
        string help = Help([.. words, "--help"]);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= Width, $"{path}: {line}"));

        // A long word may be broken where a line ends.
        string flat = Spaces().Replace(help, "");
        List<string> silent = [];
        foreach (Option option in command.Options.Where(o => !o.Hidden && o.Name is not ("--help" or "--version")))
        {
            Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{path} {option.Name}: no description");
            if (!option.Required && !option.HasDefaultValue && !Told().IsMatch(option.Description!)) silent.Add(option.Name);
            Assert.Contains(Spaces().Replace(option.Description!, ""), flat, StringComparison.Ordinal);
        }

        Assert.True(silent.Count == 0, $"{path}: {string.Join(", ", silent)}");
    }

    [Fact]
    public void The_list_of_commands_cuts_no_sentence()
    {
        string list = Spaces().Replace(Help(["--help"]), "");
        foreach (string name in App.Build(Io(), ["--help"]).Subcommands.Select(c => c.Name))
        {
            Command command = App.Build(Io(), [name, "--help"]).Subcommands.Single();
            string first = command.Description!.Split("\n\n")[0];
            string sentence = first.Split(". ")[0].TrimEnd('.', ':');
            Assert.Contains(Spaces().Replace(sentence, ""), list, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("scor", "score")]
    [InlineData("gernerate", "generate")]
    [InlineData("newmodel", "new-model")]
    [InlineData("comp", "completion")]
    public void A_mistyped_command_is_answered_with_the_one_that_was_meant(string written, string meant)
    {
        CliResult result = RealCli.Run([written]);
        Assert.Equal(2, result.Code);
        Assert.Equal($"innate: '{written}' is not a command: did you mean {meant}? See `innate --help`.\n", result.Error);
    }

    [Theory]
    [InlineData("score --modle x", "'--modle' is not an option: did you mean --model? See `innate score --help`.")]
    [InlineData("eval --limt 3", "'--limt' is not an option: did you mean --limit? See `innate eval --help`.")]
    [InlineData("train sft --ephocs 1", "'--ephocs' is not an option: did you mean --epochs? See `innate train sft --help`.")]
    [InlineData("score --zzzzzz", "'--zzzzzz' is not an option; see `innate score --help`.")]
    public void A_mistyped_option_is_answered_with_the_one_that_was_meant(string line, string answer)
    {
        CliResult result = RealCli.Run(line.Split(' '));
        Assert.Equal((2, $"innate: {answer}\n"), (result.Code, result.Error));
    }

    [Fact]
    public void What_is_like_nothing_is_answered_with_all_there_is()
    {
        string error = RealCli.Run(["xyzzy"]).Error;
        Assert.StartsWith("innate: 'xyzzy' is not a command: expected score, rank,", error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Commands(Command at, string path)
    {
        yield return path;
        foreach (Command part in at.Subcommands)
        {
            foreach (string deeper in Commands(part, $"{path} {part.Name}".Trim())) yield return deeper;
        }
    }

    // As it is read in a terminal.
    private static string Help(string[] args)
    {
        using MemoryStream output = new();
        CliIo io = new()
        {
            OpenInput = () => Stream.Null, Output = output, Error = TextWriter.Null, OutputIsTerminal = true, Width = Width,
        };
        Assert.Equal(0, App.Run(args, io));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static CliIo Io() => new() { OpenInput = () => Stream.Null, Output = Stream.Null, Error = TextWriter.Null };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\[(off|default|no default)\b")]
    private static partial Regex Told();
}
