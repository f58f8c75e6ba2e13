using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Recipes;
using Innate.Runs.Training;
using Innate.Tests.Cli;
using Innate.Tests.Cli.Training;
using Innate.Tests.Support;

namespace Innate.Tests.Recipes;

/// <summary>Each recipe learns on the model inside from what it says it needs and nothing else, and goes on where it was
/// stopped.</summary>
public sealed class EveryRecipeTests : IDisposable
{
    private readonly Cli.TemporaryFolder _folder = new();

    public static TheoryData<string> Names => new(RecipeList.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_learns_from_what_it_needs_and_an_interrupted_run_goes_on_to_the_same_bits(string name)
    {
        Recipe recipe = RecipeList.Of(name);
        if (OperatingSystem.IsWindows() && recipe.Needs.HasFlag(RecipeNeeds.World)) return; // the world is a script of the shell
        Rows(recipe.Needs, name);
        int updates = new ReinforcementSettings { Data = "", Output = "" }.With(recipe).Recipe.UpdatesPerRollout;
        string[] options = Options(recipe, steps: 2 * updates, saveEvery: updates);
        CliResult whole = TrainFolder.Run([.. options, "--out", _folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);
        Schemas.Require("recipe", JsonDocument.Parse(File.ReadAllText(_folder["whole/recipe.json"])).RootElement);
        Schemas.RequireLines("step", File.ReadAllText(_folder["whole/metrics.jsonl"]));
        if (!recipe.Needs.HasFlag(RecipeNeeds.World))
        {
            Schemas.RequireLines("training-row", File.ReadAllText(_folder["rows.jsonl"]));
        }

        // The run as it was after its first batch.
        string[] left = [.. Directory.GetDirectories(_folder["whole/checkpoints"]).Order(StringComparer.Ordinal)];
        CopyFolder(left[0], _folder[$"parts/checkpoints/{Path.GetFileName(left[0])}"]);
        string[] first = [.. File.ReadLines(_folder["whole/metrics.jsonl"]).Where(l => StepOf(l) <= updates)];
        File.WriteAllLines(_folder["parts/metrics.jsonl"], first);
        CliResult parts = TrainFolder.Run([.. options, "--out", _folder["parts"], "--resume"]);
        Assert.True(parts.Code == 0, parts.Error);
        Assert.Equal(Weights("whole"), Weights("parts"));

        // Something was learned, and every number of the record is one.
        double[] norms = [.. File.ReadLines(_folder["whole/metrics.jsonl"]).Select(l => JsonNode.Parse(l)!["grad_norm"])
            .OfType<JsonNode>().Select(n => n.GetValue<double>())];
        Assert.True(norms.Any(n => n > 0), $"{name} learned nothing: {string.Join(' ', norms)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_it_needs_and_the_world_lacks_is_said_before_anything_runs(string name)
    {
        Recipe recipe = RecipeList.Of(name);
        foreach (RecipeNeeds need in Enum.GetValues<RecipeNeeds>().Where(n => n != 0 && recipe.Needs.HasFlag(n)))
        {
            if (need == RecipeNeeds.Critic) continue; // comes with the recipe
            Rows(recipe.Needs & ~need);
            CliResult result = TrainFolder.Run(
                [.. Options(recipe, 1, 0, without: need), "--out", _folder["lacking"], "--steps", "8"]);
            Assert.Equal(2, result.Code);
            string said = need switch
            {
                RecipeNeeds.Answers => "\"answer\"",
                RecipeNeeds.Hints => "\"hint\"",
                RecipeNeeds.Rephrasings => "\"rephrased\"",
                RecipeNeeds.Demonstrations => "\"demonstration\"",
                RecipeNeeds.Documents => "\"documents\"",
                RecipeNeeds.Constraints => "\"constraints\"",
                RecipeNeeds.SecondModel => "--second-model",
                RecipeNeeds.Judged => "\"judged\"",
                RecipeNeeds.World => "--world",
                _ => "--eval-data",
            };
            Assert.Contains(said, result.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["lacking/final"]));
        }
    }

    [Theory]
    [InlineData("--recipe,pvpo,--preset,grpo", "--preset", "pvpo")]
    [InlineData("--recipe,gspo,--advantage,masked-step", "--advantage", "gspo")]
    [InlineData("--recipe,pvpo,--group-size,8,--kl-in,reward,--kl,0", "--kl-in", "none without")]
    [InlineData("--recipe,grpo-care,--lora-rank,4", "--lora-rank", "grpo-care")]
    [InlineData("--recipe,grpp", "--recipe", "did you mean grpo?")]
    [InlineData("--scale,paper", "--scale", "--recipe")]
    public void Overrides_that_contradict_each_other_are_named(string options, params string[] says)
    {
        Rows(RecipeNeeds.Answers);
        CliResult result = TrainFolder.Run(
            ["train", "rl", "--data", _folder["rows.jsonl"], "--out", _folder["contradiction"], .. options.Split(',')]);
        Assert.Equal(2, result.Code);
        Assert.All(says, s => Assert.Contains(s, result.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder["contradiction/final"]));
    }

    [Fact]
    public void An_override_replaces_the_recipe_s_value_and_recipe_json_says_what_ran()
    {
        Rows(RecipeNeeds.Answers);
        CliResult result = TrainFolder.Run(
        [
            "train", "rl", "--recipe", "pvpo", "--data", _folder["rows.jsonl"], "--out", _folder["run"], "--steps", "1",
            "--batch-size", "2", "--max-response-tokens", "16", "--group-size", "3", "--advantage", "dr-grpo", "--kl", "0.5",
            "--quiet",
        ]);
        Assert.True(result.Code == 0, result.Error);
        JsonNode recipe = JsonNode.Parse(File.ReadAllText(_folder["run/recipe.json"]))!;
        Assert.Equal("dr-grpo", (string?)recipe["advantage"]);
        Assert.Equal(0.5, (double)recipe["kl"]!);
        Assert.Equal(3, (int)recipe["group_size"]!);
        Assert.Equal("pvpo", (string?)recipe["preset"]);
    }

    public void Dispose() => _folder.Dispose();

    // A world that has what is asked for and nothing more.
    private void Rows(RecipeNeeds needs, string name = "")
    {
        // Constraints change the prompts: recipes that do not ask for them learn from plain questions.
        string more = needs.HasFlag(RecipeNeeds.Constraints) ? ",constraints" : "";
        TrainFolder.Run(
        [
            "arithmetic", "generate", "--questions", "--with", $"hint,rephrased,demonstration,documents{more}", "--count", "24",
            "--seed", "5", "--out", _folder["all.jsonl"],
        ]);
        if (needs.HasFlag(RecipeNeeds.Judged)) Judged(name);
        (RecipeNeeds Need, string Field)[] fields =
        [
            (RecipeNeeds.Answers, "answer"), (RecipeNeeds.Hints, "hint"), (RecipeNeeds.Rephrasings, "rephrased"),
            (RecipeNeeds.Demonstrations, "demonstration"), (RecipeNeeds.Documents, "documents"),
        ];
        File.WriteAllLines(_folder["rows.jsonl"], File.ReadLines(_folder["all.jsonl"]).Select(line =>
        {
            JsonObject row = JsonNode.Parse(line)!.AsObject();
            foreach ((RecipeNeeds need, string field) in fields)
            {
                if (!needs.HasFlag(need)) row.Remove(field);
            }

            return row.ToJsonString();
        }));
    }

    // Rows for a judge, and one that has seen what replies look like: the model inside writes none by itself.
    private void Judged(string name)
    {
        TrainFolder.Run(
        [
            "arithmetic", "generate", "--held-out", "--count", "12", "--slips", "0", "--out", _folder["right.jsonl"],
        ]);
        string[] pairs = [.. File.ReadLines(_folder["right.jsonl"]).Select((line, i) =>
        {
            JsonNode[] turns = [.. JsonNode.Parse(line)!["messages"]!.AsArray().OfType<JsonNode>()];
            string question = (string)turns.Last(t => (string?)t["role"] == "user")!["content"]!;
            string right = (string)turns[^1]["content"]!;
            return new JsonObject
            {
                ["prompt"] = question, ["responses"] = new JsonArray(i % 2 == 0 ? [right, "7."] : ["7.", right]),
                ["scores"] = new JsonArray(i % 2 == 0 ? [1, 0] : [0, 1]), ["principle"] = "The answer is right.",
            }.ToJsonString();
        })];
        File.WriteAllLines(_folder["pairs.jsonl"], pairs);
        CliResult labelled = TrainFolder.Run(
        [
            "label", "judgements", "--for", "rl", "--kind", name, "--in", _folder["pairs.jsonl"], "--out", _folder["all.jsonl"],
        ]);
        Assert.True(labelled.Code == 0, labelled.Error);
        if (Directory.Exists(_folder["judge"])) return;
        string[] replies = name == "spct" ? ["\\boxed{[7, 3]}", "\\boxed{[3, 7]}"] : ["<think>a</think>", "no"];
        File.WriteAllLines(_folder["replies.jsonl"], File.ReadLines(_folder["all.jsonl"]).SelectMany(line =>
            replies.Select(reply => new JsonObject
            {
                ["prompt"] = JsonNode.Parse(line)!["messages"]!.DeepClone(), ["completion"] = reply,
            }.ToJsonString())));
        CliResult taught = TrainFolder.Run(
        [
            "train", "sft", "--data", _folder["replies.jsonl"], "--out", _folder["judge"], "--steps", "60", "--batch-size", "8",
            "--learning-rate", "1e-3", "--quiet",
        ]);
        Assert.True(taught.Code == 0, taught.Error);
    }

    private string[] Options(Recipe recipe, int steps, int saveEvery, RecipeNeeds without = RecipeNeeds.None)
    {
        RecipeNeeds needs = recipe.Needs & ~without;
        string[] second = needs.HasFlag(RecipeNeeds.SecondModel)
            ? ["--second-model", Path.Combine(Places.Repository, "models", "innate-tiny")] : [];
        string[] heldOut = needs.HasFlag(RecipeNeeds.HeldOut) ? ["--eval-data", _folder["all.jsonl"], "--eval-every", "1"] : [];
        // A critic would learn alone at first.
        string[] critic = recipe.Learns.HasValueHead ? ["--value-warmup", "0"] : [];
        string[] model = needs.HasFlag(RecipeNeeds.Judged) ? ["--model", _folder["judge/final"]] : [];
        string[] source = needs.HasFlag(RecipeNeeds.World)
            ? ["--world", World(), "--max-turns", "2", "--turn-tokens", "8"]
            : ["--data", _folder["rows.jsonl"]];
        string[] length = steps > 1 ? ["--steps", $"{steps}"] : [];
        return
        [
            "train", "rl", "--recipe", recipe.Name, .. source, "--batch-size", "3", "--group-size",
            $"{Math.Min(4, recipe.Learns.GroupSize)}", "--max-response-tokens", "28", "--seed", "3", "--save-every",
            $"{saveEvery}", "--keep", "9", "--quiet", .. model, .. length, .. critic, .. second, .. heldOut,
        ];
    }

    // Pays a turn whose last digit is odd.
    private string World()
    {
        File.WriteAllText(_folder["world.sh"], """
            while read -r line; do
              case "$line" in
                *reset*) echo '{"observation":"What is 2 + 3?"}' ;;
                *[13579][!0-9]*) echo '{"observation":"Yes.","reward":1,"done":true,"solved":true}' ;;
                *) echo '{"observation":"No."}' ;;
              esac
            done
            """.ReplaceLineEndings("\n"));
        return $"command:sh '{_folder["world.sh"]}'";
    }

    private byte[] Weights(string run) => File.ReadAllBytes(_folder[$"{run}/final/model.safetensors"]);

    private static int StepOf(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("step").GetInt32();
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
