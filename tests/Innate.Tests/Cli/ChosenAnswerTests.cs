using System.Text.Json.Nodes;

namespace Innate.Tests.Cli;

/// <summary><c>innate generate --best-of</c> and <c>--search</c> with the model inside.</summary>
public class ChosenAnswerTests
{
    private const string Question = "What is 47 x 8?";
    private static readonly string[] Ends = ["--step-end", ".", "--step-end", "\\n"];

    [Fact]
    public void The_best_of_sixteen_is_right_and_is_the_one_that_rank_keeps()
    {
        CliResult best = RealCli.Run(["generate", "--prompt", Question, "--best-of", "16", "--seed", "5"]);
        Assert.Equal(0, best.Code);
        Assert.Contains("376", best.Output, StringComparison.Ordinal);
        CliResult rows = RealCli.Run(
            ["rank", "--sample", "--best-of", "16", "--in", "-", "--seed", "5"], $$"""{"prompt":"{{Question}}"}""" + "\n");
        Assert.Equal((string)JsonNode.Parse(rows.Output)!["response"]!, best.Output.TrimEnd('\n'));
    }

    [Theory]
    [InlineData("step")]
    [InlineData("beam")]
    [InlineData("grace")]
    public void A_searched_answer_is_the_same_on_any_thread_count_and_beside_any_row(string how)
    {
        string rows = $$"""{"prompt":"What is 5 + 6?","id":1}""" + "\n" + $$"""{"prompt":"{{Question}}","id":2}""" + "\n";
        string[] run = ["generate", "--search", how, "--candidates", "4", "--seed", "2", .. Ends];
        CliResult both = RealCli.Run([.. run, "--in", "-"], rows);
        Assert.Equal(0, both.Code);
        CliResult one = RealCli.Run([.. run, "--prompt", Question, "--json", "--threads", "1"]);
        JsonNode line = JsonNode.Parse(both.Output.Split('\n')[1])!, alone = JsonNode.Parse(one.Output)!;
        Assert.Equal(2, (int)line["id"]!);
        Assert.True((bool)line["finished"]!);
        Assert.Equal((string)line["response"]!, string.Concat(line["steps"]!.AsArray().Select(s => (string)s!["text"]!)));
        Assert.Equal((double)line["steps"]!.AsArray()[^1]!["score"]!, (double)line["reward"]!);
        line.AsObject().Remove("id");
        Assert.Equal(line.ToJsonString(), alone.ToJsonString());
    }

    [Fact]
    public void A_judge_an_expression_or_another_model_can_choose()
    {
        string[] run =
            ["generate", "--prompt", Question, "--json", "--seed", "1", "--candidates", "3", "--search", "step", .. Ends];
        double judged = Reward([.. run, "--by", "judge-verifier"]);
        Assert.InRange(judged, 0, 1);
        double expressed = Reward([.. run, "--by", "mean-log-likelihood - 0.5*tokens"]);
        Assert.True(expressed < -0.4);

        // The same model as another one reads the text anew, and to the same numbers.
        Assert.Equal(Reward([.. run]), Reward([.. run, "--reward-model", "innate-tiny"]), 1e-9);

        static double Reward(string[] args)
        {
            CliResult result = RealCli.Run(args);
            Assert.True(result.Code == 0, result.Error);
            return (double)JsonNode.Parse(result.Output)!["reward"]!;
        }
    }

    [Fact]
    public void A_stop_text_stays_in_the_response()
    {
        CliResult result = RealCli.Run(["generate", "--prompt", "What is 3 x 30?", "--stop", "=", "--json"]);
        Assert.EndsWith("=", (string)JsonNode.Parse(result.Output)!["responses"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--best-of: expected none beside --search, found both", "--best-of", "2", "--search", "step")]
    [InlineData("--by: expected --best-of or --search beside it, found neither", "--by", "endogenous")]
    [InlineData("--beams: expected none with --search step, found one", "--search", "step", "--beams", "2")]
    [InlineData("--blend: expected none with --search beam, found one", "--search", "beam", "--blend", "0.5")]
    [InlineData("--candidates: expected --search beside it, found none", "--candidates", "3")]
    [InlineData("--search: expected step, beam, grace, found 'x'", "--search", "x")]
    [InlineData("--by: expected a reward or a judge, found 'random'", "--best-of", "2", "--by", "random")]
    [InlineData("--n: expected none beside --best-of and --search, found one", "--best-of", "2", "--n", "2")]
    [InlineData("--stop: expected none beside --search, found one", "--search", "step", "--stop", "x")]
    [InlineData("--by: expected a reward of a language model", "--best-of", "2", "--by", "classifier")]
    public void What_does_not_go_together_is_said_in_one_sentence(string why, params string[] options)
    {
        CliResult result = RealCli.Run(["generate", "--prompt", Question, .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }
}
