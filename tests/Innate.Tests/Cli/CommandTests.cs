namespace Innate.Tests.Cli;

public class CommandTests
{
    [Fact]
    public void Generate_answers_each_row_in_its_place()
    {
        CliResult result = Cli.Run(
            ["generate", "--model", "nowhere", "--in", "-", "--n", "2"],
            "{\"prompt_ids\":[7],\"k\":1}\n{\"prompt_ids\":[700]}\n{\"prompt_ids\":[8]}\n");
        Assert.Equal(2, result.Code);
        Assert.Equal(
            """{"prompt_ids":[7],"k":1,"responses":[{"ids":[7,0],"logprobs":[-0.5,-1],"finish_reason":"length"},{"ids":[7,1],"logprobs":[-0.5,-1],"finish_reason":"length"}]}""", result.Lines[
                0]);
        Assert.Contains("\"line\":2", result.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"prompt_ids\":[8]", result.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--temperature", "-1")]
    [InlineData("--top-p", "0")]
    [InlineData("--top-k", "-1")]
    [InlineData("--max-tokens", "0")]
    [InlineData("--n", "0")]
    [InlineData("--seed", "-1")]
    [InlineData("--in", "-")]
    public void Generate_refuses_options_outside_their_range(string option, string value)
    {
        CliResult result = Cli.Run(["generate", "--model", "nowhere", "--prompt", "x", option, value]);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_explains_itself()
    {
        foreach (string command in new[] { "score", "rank", "judge", "eval", "label", "generate", "tokenize", "render", "inspect",
            "pull", "new-model", "merge", "audit" })
        {
            CliResult help = Cli.Run([command, "--help"]);
            Assert.Equal(0, help.Code);
            Assert.Contains("Example", help.Output, StringComparison.Ordinal);
            string options = help.Output[help.Output.IndexOf("\nOptions:\n", StringComparison.Ordinal)..];
            foreach (string line in options.Split('\n').Where(l => l.StartsWith("  --", StringComparison.Ordinal)))
            {
                Assert.True(line.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries).Length > 1, $"{command}: {line}");
            }
        }
    }

    [Fact]
    public void Help_fills_its_paragraphs_and_leaves_its_examples()
    {
        string help = Cli.Run(["--help"]).Output;
        Assert.Contains("without it innate-tiny is asked", help, StringComparison.Ordinal);
        Assert.Contains("\n    innate inspect --row", help, StringComparison.Ordinal);
        Assert.Contains("\n  Exit codes: 0 done", help, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_with_a_commands_options_is_told_at_once()
    {
        CliResult result = Cli.Run(["score", "--alpha", "0", "--gamma", "3"]);
        Assert.Equal(2, result.Code);
        Assert.Equal(
            "innate: --alpha: expected a number above 0, found '0'; --gamma: expected a number from 0 to 1, or recommended, found '3'; see "
            + "`innate score --help`.\n",
            result.Error);
    }

    [Fact]
    public void A_fault_of_ours_is_one_sentence_and_exit_code_1()
    {
        FakeModel model = new() { OnTrace = () => throw new InvalidDataException("boom") };
        CliResult result = Cli.Run(["score", "--model", "m"], """{"prompt_ids":[1],"response_ids":[2]}""", model);
        Assert.Equal(1, result.Code);
        Assert.Equal("innate: InvalidDataException: boom\n", result.Error);
        Assert.Equal("", result.Output);
    }
}
