using System.Text.Json.Nodes;
using Innate.Environments;
using Innate.Tests.Support;

namespace Innate.Tests.Cli;

/// <summary><c>innate play</c>, <c>innate eval --world</c> and <c>innate train rl --world</c> with the model inside.</summary>
public class WorldCommandTests
{
    private static readonly string[] Short =
        ["--world", "household,families=look,max-steps=3", "--batch-size", "2", "--group-size", "3", "--turn-tokens", "5",
            "--max-response-tokens", "90", "--world-seeds", "8", "--learning-rate", "1e-4", "--quiet"];

    [Fact]
    public void A_person_plays_the_plan_that_the_command_writes_and_solves_the_task()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run(
            ["play", "--world", "household", "--seed", "3", "--plan", "--count", "1", "--out", folder["rows.jsonl"]]).Code);
        JsonArray messages = JsonNode.Parse(File.ReadAllText(folder["rows.jsonl"]))!["messages"]!.AsArray();
        string actions = string.Join('\n', messages.Where(m => (string)m!["role"]! == "assistant").Select(m => m!["content"]));
        CliResult played = RealCli.Run(["play", "--world", "household", "--seed", "3"], actions + "\n");
        Assert.Equal(0, played.Code);

        // A person is told the verbs first; a model where it is asked for, and so are rows.
        string verbs = WorldChoice.Parse("household").Instructions();
        Assert.StartsWith($"{verbs}\n{messages[0]!["content"]}\n", played.Output, StringComparison.Ordinal);
        string[] told = ["--plan", "--expert", "--instructions", "--count", "1", "--out", folder["told.jsonl"]];
        RealCli.Run(["play", "--world", "household", .. told]);
        JsonNode system = JsonNode.Parse(File.ReadAllText(folder["told.jsonl"]))!["messages"]![0]!;
        Assert.Equal(("system", verbs), ((string)system["role"]!, (string)system["content"]!));
        int turns = messages.Count / 2;
        Assert.Contains(
            $"solved in {turns} turns (optimal: {turns}), reward 1, 0 actions that could not be done", played.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_measured_beside_exact_random_play_and_its_episodes_are_written_down()
    {
        using TemporaryFolder folder = new();
        string[] run = ["eval", "--world", "household", "--group", "2", "--max-turns", "3", "--turn-tokens", "6"];
        CliResult result = RealCli.Run([.. run, "--episodes", "3", "--out", folder["out"]]);
        Assert.Equal(0, result.Code);
        Assert.Contains("6 episodes of 3 seeds", result.Output, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(Path.Combine(folder["out"], "episodes.jsonl"));
        JsonNode[] episodes = [.. lines.Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(["0,0", "0,1", "1,0", "1,1", "2,0", "2,1"], episodes.Select(e => $"{e["seed"]},{e["member"]}"));
        Assert.All(episodes, e => Assert.Equal(e["ids"]!.AsArray().Count, e["written"]!.AsArray().Count));
        JsonNode metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["out"], "results.json")))!["metrics"]!;
        Assert.InRange((double)metrics["random_success"]!, 0.0001, 0.5);
        Assert.Equal(6, (int)metrics["out_of_turns"]!);
        Assert.Contains("look", File.ReadAllText(Path.Combine(folder["out"], "report.html")), StringComparison.OrdinalIgnoreCase);

        // The same bits with fewer episodes on another number of threads.
        Assert.Equal(0, RealCli.Run([.. run, "--episodes", "1", "--threads", "1", "--out", folder["one"]]).Code);
        Assert.Equal(lines[..2], File.ReadAllLines(Path.Combine(folder["one"], "episodes.jsonl")));
    }

    [Fact]
    public void A_program_that_breaks_off_is_counted_told_and_no_reward_of_zero()
    {
        if (OperatingSystem.IsWindows()) return;
        CliResult result = RealCli.Run(
            ["eval", "--world", "command:read a; echo '{\"observation\":\"hello\"}'; read b; echo junk", "--episodes", "2",
                "--turn-tokens", "4", "--json"]);

        // Nothing was measured.
        Assert.Equal(1, result.Code);
        Assert.Contains("2 of 2 episodes were broken off and are in no rate", result.Error, StringComparison.Ordinal);
        JsonNode metrics = JsonNode.Parse(result.Output)!;
        Assert.Equal(2, (int)metrics["failed"]!);
        Assert.Null(metrics["success"]);
    }

    [Fact]
    public void Learning_resumed_in_the_middle_comes_to_the_same_bits()
    {
        using TemporaryFolder folder = new();
        string[] run = ["train", "rl", .. Short, "--kl", "0.01", "--reward", "0.01*endogenous", "--turn-rewards"];
        Assert.Equal(0, RealCli.Run([.. run, "--steps", "2", "--out", folder["whole"], "--save-every", "1", "--keep", "5"]).Code);
        string cut = folder["cut"];
        CopyFolder(folder["whole"], cut);
        Directory.Delete(Path.Combine(cut, "final"), recursive: true);
        Directory.Delete(Directory.GetDirectories(Path.Combine(cut, "checkpoints")).Order().Last(), recursive: true);
        CliResult resumed = RealCli.Run([.. run, "--steps", "2", "--out", cut, "--save-every", "1", "--keep", "5", "--resume"]);
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder["whole"], "final", "model.safetensors")),
            File.ReadAllBytes(Path.Combine(cut, "final", "model.safetensors")));
        JsonNode recipe = JsonNode.Parse(File.ReadAllText(Path.Combine(cut, "recipe.json")))!;
        Assert.Equal("household,families=look,max-steps=3", (string)recipe["world"]!);
        Assert.Equal("turn-returns", (string)recipe["advantage"]!);
    }

    [Fact]
    public void A_corpus_is_searched_in_play_evaluation_and_learning()
    {
        using TemporaryFolder folder = new();
        string examples = Path.Combine(Innate.Tests.Support.Places.Repository, "examples", "worlds");
        string files = $"data={Path.Combine(examples, "questions.jsonl")},corpus={Path.Combine(examples, "corpus.jsonl")}";
        CliResult played = RealCli.Run(
            ["play", "--world", $"search,{files}"],
            "<search>capital Switzerland</search>\n<search>old town Bern river</search>\n"
            + "<original_evidence>a bend of the river Aare</original_evidence><answer>the Aare</answer>\n");
        Assert.Equal(0, played.Code);
        Assert.Contains("Bern: The old town of Bern lies in a bend of the river Aare.", played.Output, StringComparison.Ordinal);
        Assert.Contains("solved in 3 turns, reward 2.4", played.Output, StringComparison.Ordinal);
        CliResult trained = RealCli.Run(
        [
            "train", "rl", "--recipe", "r-search", "--world", $"search,{files}", "--world-seeds", "3", "--batch-size", "2",
            "--group-size", "2", "--turn-tokens", "5", "--max-turns", "2", "--max-response-tokens", "60", "--steps", "1",
            "--quiet", "--out", folder["run"],
        ]);
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        string[] run = ["eval", "--world", $"tools,{files},in-words", "--episodes", "2", "--turn-tokens", "5", "--json"];
        CliResult evaluated = RealCli.Run(run);
        Assert.Equal((0, evaluated.Output), (evaluated.Code, RealCli.Run([.. run, "--threads", "1"]).Output));
    }

    [Theory]
    [InlineData("--recipe: expected one of a world beside --world", "train", "rl", "--out", "x", "--world", "household",
        "--recipe", "grpo")]
    [InlineData("--world: expected a world for the recipe jan-nano", "train", "rl", "--out", "x", "--data", "y", "--recipe",
        "jan-nano")]
    [InlineData("--world: expected data=FILE", "eval", "--world", "search")]
    [InlineData("--world: expected household", "play")]
    [InlineData("--count: expected none without --plan", "play", "--world", "household", "--count", "3")]
    [InlineData("--max-turns: expected none with --plan", "play", "--world", "household", "--plan", "--max-turns", "3")]
    [InlineData("found its end", "play", "--world", "household")]
    [InlineData("--world: expected a world whose plans are known", "play", "--world", "command:cat", "--plan")]
    [InlineData("--samples: expected none with --world", "eval", "--world", "household", "--samples", "3")]
    [InlineData("--episodes: expected none without --world", "eval", "--policy", "arith", "--episodes", "3")]
    [InlineData("--world: expected no benchmark beside it", "eval", "arith-bench", "--world", "household")]
    [InlineData("--data: expected rows to learn from, or --world, found none", "train", "rl", "--out", "x")]
    [InlineData("--data: expected none beside --world", "train", "rl", "--out", "x", "--world", "household", "--data", "y")]
    [InlineData("--turn-rewards: expected none without --world", "train", "rl", "--out", "x", "--data", "y", "--turn-rewards")]
    [InlineData("--group-size: expected at least 2 with --advantage group-normalized", "train", "rl", "--out", "x", "--world",
        "household", "--group-size", "1")]
    [InlineData("--reward: expected endogenous, self-certainty", "train", "rl", "--out", "x", "--world", "household", "--reward",
        "verifiable")]
    [InlineData("--world: expected one of household", "train", "rl", "--out", "x", "--world", "moon")]
    public void What_cannot_be_played_is_refused_in_a_sentence(string sentence, params string[] args)
    {
        CliResult result = RealCli.Run(args);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
