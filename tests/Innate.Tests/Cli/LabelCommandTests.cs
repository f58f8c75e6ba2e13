using System.Text.Json.Nodes;

namespace Innate.Tests.Cli;

/// <summary>Best of N and <c>innate label</c> with the model inside.</summary>
public class LabelCommandTests
{
    private const string Questions = """
        {"prompt":"What is 47 + 85?","id":1}
        {"messages":[{"role":"user","content":"How much is 9 times 135?"}],"id":2}

        """;

    [Fact]
    public void The_best_of_eight_samples_is_what_scoring_them_says()
    {
        string[] sample = ["rank", "--prompt", "What is 47 + 85?", "--sample", "--best-of", "8", "--seed", "3", "--json"];
        JsonArray all = JsonNode.Parse(RealCli.Run([.. sample, "--top", "8"]).Output)!["ranking"]!.AsArray();
        Assert.Equal(8, all.Count);
        JsonNode best = Assert.Single(JsonNode.Parse(RealCli.Run(sample).Output)!["ranking"]!.AsArray())!;
        Assert.Equal((string)all[0]!["response"]!, (string)best["response"]!);
        Assert.Equal(all.Max(r => (double)r!["reward"]!), (double)best["reward"]!);
        JsonNode scored = JsonNode.Parse(RealCli.Run(
            ["rank", "--prompt", "What is 47 + 85?", "--response", (string)best["response"]!, "--json"]).Output)!["ranking"]![0]!;
        Assert.Equal((double)scored["reward"]!, (double)best["reward"]!);
    }

    [Fact]
    public void Rows_keep_their_best_response_whoever_their_neighbours_are()
    {
        string[] rank = ["rank", "--sample", "--best-of", "4", "--in", "-"];
        CliResult result = RealCli.Run(rank, Questions + "{\"id\":3}\n");
        Assert.Equal(2, result.Code);
        JsonNode[] lines = [.. result.Lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal([1, 2], lines[..2].Select(l => (int)l["id"]!));
        Assert.Equal(3, (int)lines[2]["line"]!);
        Assert.All(lines[..2], l => Assert.True((double)l["reward"]! >= (double)l["mean_reward"]!));
        Assert.Equal(result.Lines[1], RealCli.Run(rank, Questions.Split('\n')[1]).Lines[0]);

        // By a judge the best is another one's choice.
        CliResult judged = RealCli.Run([.. rank, "--judge", "pointwise"], Questions);
        Assert.InRange((double)JsonNode.Parse(judged.Lines[0])!["reward"]!, 1, 5);
        CliResult given = RealCli.Run(["rank", "--in", "-"], """{"prompt":"What is 47 + 85?","responses":["122","132"]}""");
        Assert.Equal("132", (string)JsonNode.Parse(given.Lines[0])!["response"]!);
    }

    [Fact]
    public void Labels_of_sampled_responses_train_a_model()
    {
        using Support.TemporaryFolder folder = new();
        CliResult result = RealCli.Run(["label", "--sample", "4", "--pairs", "all", "--out", folder["pairs.jsonl"]], Questions);
        Assert.Equal(0, result.Code);
        JsonNode[] pairs = [.. File.ReadAllLines(folder["pairs.jsonl"]).Select(l => JsonNode.Parse(l)!)];
        Assert.Contains($"innate: {pairs.Length} pairs of 2 rows; dropped: ", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(pairs);
        Assert.All(pairs, p => Assert.Equal((double)p["margin"]!, (double)p["reward_chosen"]! - (double)p["reward_rejected"]!));
        Assert.All(pairs, p => Assert.True((double)p["margin"]! > 0));
        Assert.IsType<JsonArray>(pairs.Last(p => (int)p["id"]! == 2)["prompt"]);
        CliResult trained = RealCli.Run(
            ["train", "dpo", "--model", "innate-tiny", "--data", folder["pairs.jsonl"], "--out", folder["run"], "--steps", "1",
                "--batch-size", "2"]);
        Assert.True(trained.Code == 0, trained.Error);
    }

    [Fact]
    public void A_bad_row_is_told_and_left_out()
    {
        CliResult result = RealCli.Run(
            ["label"],
            "{\"prompt\":\"x\"}\n{\"prompt\":\"2 + 2 = "
            + "?\",\"responses\":[\"4\",\"5\"],\"k\":1}\n{\"prompt_ids\":[1],\"responses_ids\":[[2],[900]]}\n");
        Assert.Equal(2, result.Code);
        Assert.Equal(1, (int)JsonNode.Parse(Assert.Single(result.Lines))!["k"]!);
        Assert.Contains("innate: line 1: the row has no response", result.Error, StringComparison.Ordinal);
        Assert.Contains("innate: line 3: response 1 holds the id 900, outside the model's vocabulary of 512; left out.",
            result.Error, StringComparison.Ordinal);
        Assert.Contains("2 rows could not be scored", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_principle_is_the_system_prompt_of_a_reward()
    {
        string[] label = ["label", "--quiet"];
        string row = """{"prompt":"2 + 2 = ?","responses":["4","We need 2 + 2. 2 + 2 = 4. The answer is 4."]}""";
        string with = RealCli.Run([.. label, "--principle", "Give only the answer."], row).Output;
        Assert.Equal(RealCli.Run([.. label, "--system", "Give only the answer."], row).Output, with);
        Assert.NotEqual(RealCli.Run(label, row).Output, with);
        Assert.Equal("4", (string)JsonNode.Parse(with)!["chosen"]!);
    }

    [Theory]
    [InlineData("--sample: expected at least 2 responses", "label", "--sample", "1")]
    [InlineData("--top-p: expected none without sampled responses (--sample N)", "label", "--top-p", "0.5")]
    [InlineData("--pairs: expected best-worst, all, found 'x'", "label", "--pairs", "x")]
    [InlineData("--alpha: expected none beside --judge, which takes a reward's place", "label", "--judge", "verifier", "--alpha",
        "2")]
    [InlineData("--votes: expected a judge in --judge, found none", "label", "--votes", "2")]
    [InlineData("--principle: expected none beside --system, for it is a reward's system prompt", "label", "--principle", "x",
        "--system", "y")]
    [InlineData("--system: expected none with a judge", "label", "--judge", "verifier", "--system", "y")]
    [InlineData("--best-of: expected none without --sample", "rank", "--prompt", "x", "--response", "y", "--best-of", "2")]
    [InlineData("either --prompt TEXT or --in FILE", "rank", "--response", "y")]
    [InlineData("--out: expected none without --in", "rank", "--prompt", "x", "--response", "y", "--out", "z")]
    [InlineData("--tokens: expected none with a judge", "rank", "--prompt", "x", "--response", "y", "--judge", "verifier",
        "--tokens")]
    public void What_cannot_be_done_is_said_in_one_sentence(string why, params string[] arguments)
    {
        CliResult result = RealCli.Run(arguments);
        Assert.Equal(2, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
