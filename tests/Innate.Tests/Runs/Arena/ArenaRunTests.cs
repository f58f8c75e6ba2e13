using System.Text.Json.Nodes;
using Innate.Recipes;
using Innate.Runs.Arena;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;

namespace Innate.Tests.Runs.Arena;

/// <summary>Recipes side by side on the model inside.</summary>
public sealed class ArenaRunTests : IDisposable
{
    private readonly Cli.TemporaryFolder _folder = new();

    [Fact]
    public void Each_recipe_runs_beside_its_controls_and_an_arena_that_goes_on_runs_what_is_left()
    {
        CliResult result = Arena("--recipes", "intuitor", "--seeds", "1");
        Assert.True(result.Code == 0, result.Error);
        string[] first = Cells();
        Assert.Equal(["random-1", "grpo-1", "intuitor-1", "intuitor+shuffled-1"], Names(first));
        Assert.Contains("too few seeds", result.Output, StringComparison.Ordinal);
        Assert.Contains("accuracy_list above grpo's", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/arena.html"]));
        Assert.Empty(Directory.GetDirectories(_folder["out/runs"]));

        // Further seeds and recipes are added; what is there stays to the byte.
        result = Arena("--recipes", "intuitor,ttrl", "--seeds", "1");
        Assert.True(result.Code == 0, result.Error);
        string[] second = Cells();
        Assert.Equal(first, second[..4]);
        Assert.Equal(["ttrl-1", "ttrl+shuffled-1"], Names(second[4..]));

        result = Arena("--recipes", "intuitor", "--seeds", "1", "--tokens", "901");
        Assert.Equal(2, result.Code);
        Assert.Contains("tokens 901", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_world_gives_a_recipe_the_labels_that_it_says_it_needs_and_no_others()
    {
        RecipeNeeds[] each = [RecipeNeeds.None, RecipeNeeds.Answers, RecipeNeeds.Hints | RecipeNeeds.Rephrasings];
        foreach (RecipeNeeds needs in each)
        {
            ArenaWorld.WriteRows(_folder["rows.jsonl"], needs, 20, 3);
            foreach (string line in File.ReadLines(_folder["rows.jsonl"]))
            {
                JsonObject row = JsonNode.Parse(line)!.AsObject();
                List<string> expected = ["prompt"];
                if (needs.HasFlag(RecipeNeeds.Answers)) expected.Add("answer");
                if (needs.HasFlag(RecipeNeeds.Hints)) expected.Add("hint");
                if (needs.HasFlag(RecipeNeeds.Rephrasings)) expected.Add("rephrased");
                Assert.Equal(expected, row.Select(f => f.Key));
            }
        }
    }

    [Fact]
    public void What_cannot_run_is_refused_before_anything_does()
    {
        foreach ((string[] options, string says) in new[]
        {
            (new[] { "--recipes", "intuitr" }, "did you mean intuitor?"),
            (["--world", "chess"], "arithmetic"),
        })
        {
            CliResult result = Arena(options);
            Assert.Equal(2, result.Code);
            Assert.Contains(says, result.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["out"]));
        }
    }

    public void Dispose() => _folder.Dispose();

    private CliResult Arena(params string[] options) => TrainFolder.Run(
    [
        "arena", "--out", _folder["out"], "--fresh-seeds", "0", "--questions", "4", "--batch-size", "2", "--max-response-tokens",
        "40", .. options.Contains("--tokens") ? [] : new[] { "--tokens", "900" }, .. options,
    ]);

    private string[] Cells() => [.. JsonNode.Parse(File.ReadAllText(_folder["out/arena.json"]))!["cells"]!.AsArray()
        .Select(c => c!.ToJsonString())];

    private static string[] Names(IEnumerable<string> cells) =>
        [.. cells.Select(c => JsonNode.Parse(c)!).Select(c => $"{c["entry"]}-{c["seed"]}")];
}
