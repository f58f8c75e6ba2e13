using System.Text.Json;
using Innate.Scoring.Profiles;

namespace Innate.Tests.Cli;

/// <summary><c>--profile</c> and <c>innate profile</c>.</summary>
public sealed class ProfileCommandTests : IDisposable
{
    private const string Words = "Give only the answer.";

    private const string Rows =
        """
        {"prompt":"What is 47 + 85?","responses":["132","122","Ones: 7 + 5 = 12. The answer is 132."]}
        {"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"What is 9 - 5?"}],"response":"4"}
        {"prompt":"What is 9 - 5?","chosen":"4","rejected":"5"}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("endogenous", "")]
    [InlineData("endogenous", ", \"gamma\": 0.9, \"beta\": 0.1")]
    [InlineData("z(entropy) - 0.1*tokens", "")]
    [InlineData("endogenous", ", \"normalize\": true")]
    public void A_profile_is_its_reward_under_its_system_prompt_to_the_bit(string reward, string more)
    {
        string file = Profile($"\"reward\": \"{reward}\"{more}");
        string under = more.Contains("gamma", StringComparison.Ordinal) ? "endogenous(gamma=0.9, beta=0.1)"
            : more.Length > 0 ? "z(endogenous)" : reward;
        CliResult expected = RealCli.Run(["score", "--reward", under, "--system", Words], Rows);
        Assert.Equal(0, expected.Code);
        Assert.Equal(expected.Output, RealCli.Run(["score", "--profile", file], Rows).Output);
        Assert.Equal(expected.Output, RealCli.Run(["score", "--reward", $"profile(\"{file}\")"], Rows).Output);
    }

    [Fact]
    public void In_an_expression_it_stands_beside_the_row_under_its_own_prompt()
    {
        string file = Profile("\"reward\": \"endogenous\"");
        double[] own = Rewards("--reward", "endogenous"), under = Rewards("--reward", "endogenous", "--system", Words);
        Assert.NotEqual(own, under);
        Assert.Equal(
            under.Zip(own, (a, b) => a - b), Rewards("--reward", $"profile(\"{file}\") - endogenous"));
    }

    [Fact]
    public void Ids_have_no_prompt_to_read_anew_and_no_neighbour_suffers()
    {
        CliResult result = RealCli.Run(
            ["score", "--profile", Profile("\"reward\": \"endogenous\"")],
            """{"prompt_ids":[300,301,5],"response_ids":[17,18]}""" + "\n" + Rows);
        Assert.Equal(2, result.Code);
        Assert.Contains("expected a text or messages, which a profile reads anew, found ids", result.Lines[0],
            StringComparison.Ordinal);
        Assert.Equal(
            RealCli.Run(["score", "--reward", "endogenous", "--system", Words], Rows).Lines, result.Lines[1..]);
    }

    [Theory]
    [InlineData("--reward", "entropy")]
    [InlineData("--gamma", "0.5")]
    [InlineData("--beta", "0.5")]
    [InlineData("--system", "Be kind.")]
    [InlineData("--raw")]
    public void What_a_profile_says_is_not_said_beside_it(params string[] options)
    {
        CliResult result = RealCli.Run(
            ["score", "--model", "no-such-folder", "--profile", Profile("\"reward\": \"endogenous\""), .. options], Rows);
        Assert.Equal(2, result.Code);
        Assert.Contains($"{options[0]}: expected none beside --profile, whose file says it", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("rank", "--prompt", "a", "--response", "b")]
    [InlineData("judge")]
    [InlineData("label")]
    [InlineData("eval", "arith-bench", "--out", "x")]
    [InlineData("align", "--prompts", "x", "--out", "x")]
    [InlineData("train", "rl", "--data", "x", "--out", "x")]
    public void A_broken_file_is_refused_before_a_model_is_looked_for(params string[] command)
    {
        CliResult result = RealCli.Run(
            [.. command, "--model", "no-such-folder", "--profile", Profile("\"gama\": 1")], Rows);
        Assert.Equal(2, result.Code);
        Assert.Contains("found \"gama\" (did you mean gamma?)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_judge_is_told_the_words_and_label_and_eval_take_the_reward()
    {
        string file = Profile("\"reward\": \"endogenous\"");
        Assert.Equal(
            RealCli.Run(["judge", "--kind", "verifier", "--principle", Words], Rows).Output,
            RealCli.Run(["judge", "--kind", "verifier", "--profile", file], Rows).Output);
        string row = Rows.Split('\n')[0];
        Assert.Equal(
            RealCli.Run(["label", "--reward", "endogenous*1", "--system", Words], row).Output,
            RealCli.Run(["label", "--profile", file], row).Output);
        CliResult eval = RealCli.Run(
            ["eval", "arith-bench", "--limit", "6", "--resamples", "10", "--quiet", "--json", "--out", _folder["run"],
                "--profile", file]);
        Assert.Equal("", eval.Error);
        using JsonDocument json = JsonDocument.Parse(eval.Output);
        Assert.StartsWith("profile(", json.RootElement.GetProperty("scorers")[0].GetProperty("name").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_profile_is_read_again_as_it_was_meant_and_listed()
    {
        string file = _folder["profiles/kind.json"];
        CliResult made = RealCli.Run(["profile", "new", "kind", "--prefers", "Say \"please\".", "--out", file]);
        Assert.Equal(0, made.Code);
        RewardProfile profile = ProfileReader.Read(file);
        Assert.Equal(("kind", "Say \"please\".", "endogenous"), (profile.Name, profile.Prefers, profile.Reward));
        Assert.Contains("found one", RealCli.Run(["profile", "new", "kind", "--prefers", "x", "--out", file]).Error,
            StringComparison.Ordinal);
        Assert.Contains("kind", RealCli.Run(["profile", "list", _folder["profiles"]]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_proposed_for_pairs_and_the_best_is_measured_on_prompts_that_did_not_choose_it()
    {
        string pairs = _folder["pairs.jsonl"], file = _folder["found.json"];
        File.WriteAllLines(pairs, Enumerable.Range(0, 12).Select(i =>
            $$"""{"prompt":"What is {{i + 20}} + 31?","chosen":"It is {{i + 51}}.","rejected":"- {{i + 20}} + 31 = {{i + 51}}"}"""));
        CliResult result = RealCli.Run(
            ["profile", "new", "found", "--from", pairs, "--samples", "2", "--out", file, "--quiet"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("on the other half of the prompts: 100.0% [", result.Output, StringComparison.Ordinal);
        Assert.Equal(12, ProfileReader.Read(file).Pairs.Count);
    }

    [Fact]
    public void Training_learns_from_the_reward_under_the_words()
    {
        string questions = _folder["questions.jsonl"];
        Assert.Equal(0, RealCli.Run(["arithmetic", "generate", "--questions", "--count", "8", "--out", questions]).Code);
        CliResult result = RealCli.Run(
            ["train", "rl", "--preset", "endorm-grpo", "--data", questions, "--out", _folder["run"], "--steps", "1", "--batch-size",
                "2", "--quiet", "--profile", Profile("\"reward\": \"endogenous\"")]);
        Assert.Equal("", result.Error);
        Assert.Contains("profile(", File.ReadAllText(_folder["run/recipe.json"]), StringComparison.Ordinal);
    }

    private string Profile(string fields)
    {
        string file = _folder["mine.json"];
        File.WriteAllText(file, $"{{ \"prefers\": \"{Words}\", {fields} }}");
        return file;
    }

    private static double[] Rewards(params string[] options)
    {
        using JsonDocument line = JsonDocument.Parse(RealCli.Run(["score", .. options], Rows.Split('\n')[0]).Output);
        return [.. line.RootElement.GetProperty("rewards").EnumerateArray().Select(r => r.GetDouble())];
    }
}
