using System.Text.Json;
using Innate.Tests.Reinforcement;

namespace Innate.Tests.Cli;

/// <summary><c>innate score</c>, <c>rank</c>, <c>label</c> and <c>eval</c> with an expression for a reward.</summary>
public class ScoreExpressionTests
{
    private const string Row =
        """{"prompt":"What is 47 + 85?","responses":["132","122","I do not know."],"answer":132}""";

    [Theory]
    [InlineData("endogenous(gamma=0.95)", "--gamma", "0.95")]
    [InlineData("endogenous,gamma=0.95", "--gamma", "0.95")]
    [InlineData(" endogenous ( first = 2 ) ", "--first", "2")]
    [InlineData("endogenous(gamma=recommended)")]
    public void One_reward_is_the_same_bytes_however_it_is_written(string reward, params string[] options) =>
        Assert.Equal(RealCli.Run(["score", "--tokens", .. options], Row).Output,
            RealCli.Run(["score", "--tokens", "--reward", reward], Row).Output);

    [Fact]
    public void An_expression_is_counted_from_its_rewards()
    {
        double[] endogenous = Rewards("endogenous(gamma=0.95)"), tokens = Rewards("0*endogenous + tokens");
        Assert.Equal([4, 4, 11], tokens);
        double[] expected = [endogenous[0] + 2 - (0.01 * 4), endogenous[1] + 2 - (0.01 * 4), endogenous[2] - (0.01 * 11)];
        Assert.Equal(expected, Rewards("endogenous(gamma=0.95) + 2*check(numeric) - 0.01*tokens"));
        Assert.Equal([1, 0, 0], Rewards("grade*1"));
        Assert.Equal([1, 0, 0], Rewards("gate(grade, 1) + 0*entropy").Select(r => r > 0.5 ? 1.0 : 0));

        // pmi is the term less what it is without a prompt.
        double[] with = Rewards("mean-log-likelihood");
        using JsonDocument empty = JsonDocument.Parse(RealCli.Run(
            ["score", "--reward", "mean-log-likelihood"], Row.Replace("What is 47 + 85?", "", StringComparison.Ordinal)).Output);
        double[] without = [.. empty.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
        Assert.Equal(with.Zip(without, (a, b) => a - b), Rewards("pmi(mean-log-likelihood)"));
    }

    [Fact]
    public void Rows_are_groups_of_their_own_and_no_row_depends_on_its_neighbours()
    {
        string[] rows =
        [
            Row, """{"prompt":"What is 1 + 1?","response":"2","gold":"2"}""",
            """{"prompt":"What is 9 - 5?","chosen":"4","rejected":"5","answer":"4"}""",
            """{"prompt":"What is 9 - 5?","response":"4"}""",
        ];
        const string Reward = "z(endogenous) + grade + random + shuffled(tokens)";
        CliResult together = RealCli.Run(["score", "--reward", Reward], string.Join('\n', rows));
        Assert.Equal(together.Lines[..3], rows[..3].Select(r => RealCli.Run(["score", "--reward", Reward], r).Lines[0]));
        Assert.Contains("\"answer\": expected the gold answer, which grade compares with, found none",
            JsonDocument.Parse(together.Lines[3]).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, together.Code);
    }

    [Fact]
    public void Token_shares_are_written_where_they_are_defined()
    {
        using JsonDocument line = JsonDocument.Parse(
            RealCli.Run(["score", "--tokens", "--reward", "endogenous(gamma=0.9) - 0.5*entropy + 0.1*tokens"], Row).Output);
        double[] sums = [.. line.RootElement.GetProperty("traces").EnumerateArray()
            .Select(t => t.GetProperty("reward").EnumerateArray().Sum(x => x.GetDouble()))];
        double[] rewards = [.. line.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
        Assert.Equal(rewards, sums, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void A_program_may_be_a_term_and_what_it_does_not_say_has_a_reason()
    {
        if (OperatingSystem.IsWindows()) return;
        const string Sparse = "command(run=\"while read -r l; do case $l in *know*) echo null;; *) echo 0.25;; esac; done\")";
        Assert.Equal([4.25, 4.25, 10], Rewards($"else({Sparse}, -1) + tokens"));
        CliResult absent = RealCli.Run(["score", "--reward", $"{Sparse} + tokens"], Row);
        Assert.Equal((2, """{"error":"the reward has no value: response 3 was given no reward","line":1}"""),
            (absent.Code, absent.Lines[0]));
        CliResult killed = RealCli.Run(["score", "--reward", "else(command(run=\"exit 3\", attempts=1), 0) + tokens"], Row);
        Assert.Contains("ended with exit code 3 before it had answered", killed.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_too_slow_is_a_reason_and_nothing_stands_in_for_it()
    {
        using ManualResetEventSlim over = new();
        using RewardServer server = new(_ =>
        {
            over.Wait();
            return (200, """{"rewards":[1,1,1]}""");
        });
        CliResult slow = RealCli.Run(
            ["score", "--reward", $"else(http(url={server.Url}, timeout=0.3, attempts=2), 0) + tokens"], Row);
        over.Set();
        Assert.Equal(2, slow.Code);
        Assert.Contains("gave no answer within 0.3 s", slow.Lines.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--reward: at 20: expected ',' and the upper bound, found ')'", "--reward", "clip(endogenous, -1)")]
    [InlineData("--reference: expected a model, which implicit in --reward compares with, found none", "--reward",
        "implicit - tokens")]
    [InlineData("--reference: expected none with a --reward without implicit, to which it belongs, found one", "--reward",
        "entropy - tokens", "--reference", "x")]
    [InlineData("--gamma: expected none beside an expression", "--reward", "2*endogenous", "--gamma", "0.9")]
    [InlineData("found check(numeric), of which no token has a share", "--reward", "endogenous + check(numeric)", "--tokens")]
    [InlineData("found z(endogenous), of which no token has a share", "--reward", "2*z(endogenous)", "--tokens")]
    [InlineData("--turns: expected off with an expression", "--reward", "endogenous - tokens", "--turns")]
    [InlineData("--part: expected all with check, which reads a whole response, found answer", "--reward",
        "endogenous + check(numeric)", "--part", "answer")]
    [InlineData("--reward: expected length(max=N), for only a run of training knows the longest response, found length",
        "--reward", "endogenous + length")]
    [InlineData("--reward: expected rewards of one model, for classifier needs a trained reward model", "--reward",
        "classifier + endogenous")]
    [InlineData("found no environment variable INNATE_TEST_NO_KEY", "--reward",
        "endogenous + http(url=http://x/, key-env=INNATE_TEST_NO_KEY)")]
    public void What_is_missing_is_refused_before_a_model_is_loaded(string sentence, params string[] options)
    {
        // A model that is nowhere would be the first fault of what loads it.
        CliResult result = RealCli.Run(["score", "--model", "nowhere", .. options], Row);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rank_and_label_take_an_expression_too()
    {
        string[] responses = ["--response", "122", "--response", "132", "--response", "I do not know."];
        CliResult ranked = RealCli.Run(
            ["rank", "--prompt", "What is 47 + 85?", .. responses, "--json", "--reward", "endogenous - 0.1*tokens"], "");
        using JsonDocument ranking = JsonDocument.Parse(ranked.Output);
        Assert.Equal([1, 0, 2], ranking.RootElement.GetProperty("ranking").EnumerateArray()
            .Select(r => r.GetProperty("index").GetInt32()));
        Assert.Contains("no grade of one prompt, which has no gold answer: give rows", RealCli.Run(
            ["rank", "--prompt", "1+1?", .. responses, "--reward", "grade"], "").Error, StringComparison.Ordinal);
        Assert.Contains("of which no token has a share", RealCli.Run(
            ["rank", "--prompt", "1+1?", .. responses, "--json", "--tokens", "--reward", "2*majority"], "").Error,
            StringComparison.Ordinal);
        using JsonDocument pair = JsonDocument.Parse(
            RealCli.Run(["label", "--reward", "gate(check(max_words=1), endogenous)", "--quiet"], Row).Lines[0]);
        Assert.Equal(("132", "I do not know."),
            (pair.RootElement.GetProperty("chosen").GetString(), pair.RootElement.GetProperty("rejected").GetString()));
    }

    private static double[] Rewards(string expression)
    {
        CliResult result = RealCli.Run(["score", "--reward", expression], Row);
        Assert.Equal("", result.Error);
        using JsonDocument line = JsonDocument.Parse(result.Output);
        return [.. line.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
    }
}
