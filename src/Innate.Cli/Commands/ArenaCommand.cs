using System.CommandLine;
using Innate.Cli.Terminal;
using Innate.Runs.Arena;

namespace Innate.Cli.Commands;

/// <summary><c>innate arena</c>: recipes side by side.</summary>
internal static class ArenaCommand
{
    private const string Description = """
        Recipes side by side: from the same start, with as many sampled tokens, seed by seed.

        Beside them run a random reward, verified answers, and of each recipe that rewards itself the same rewards dealt out anew
        within the group. Told are the change of held-out accuracy, of sums with one digit more, of two families that nobody is
        trained on, pass@k, entropy, length, divergence; whether each signature holds; and whether the recipe is shown to beat
        its controls, which it must be twice, the second time with fresh seeds. Out: DIR/arena.json, which an arena that goes on
        adds to, and DIR/arena.html.

        Examples:
          innate arena --recipes grpo,intuitor,ttrl --seeds 5 --out arena
          innate arena --out arena                                                  # all recipes: hours
        """;

    public static Command Create(CliIo io)
    {
        ArenaSettings usual = new() { Output = "" };
        ModelOptions model = new();
        Option<string?> output = Opt.Text("--out", "DIR", "The folder of the results; made where there is none");
        output.Required = true;
        Option<string?> recipes = Opt.Text("--recipes", "NAME,...", "Which recipes (innate recipes) [default: all]");
        Option<string?> world = Opt.Text("--world", "NAME", "The world they learn in: arithmetic", usual.World);
        Option<string?> second = Opt.Text(
            "--second-model", "DIR", "The second model of recipes that need one [off: those recipes are left out]");
        Option<int> seeds = Opt.Whole("--seeds", "Runs of each recipe", usual.Seeds, 1, "a whole number of at least 1");
        Option<int> fresh = Opt.Whole(
            "--fresh-seeds", "Further runs of each recipe that was shown once; 0: none", usual.FreshSeeds, 0,
            "a whole number of at least 0");
        Option<int> tokens = Opt.Whole(
            "--tokens", "What each run may sample, in tokens", usual.Tokens, 1, "a whole number of at least 1");
        Option<int> batch = Opt.Whole(
            "--batch-size", "Prompts of a batch of rollouts", usual.BatchSize, 1, "a whole number of at least 1");
        Option<int> length = Opt.Whole(
            "--max-response-tokens", "The longest response", usual.MaxResponseTokens, 1, "a whole number of at least 1");
        Option<int> questions = Opt.Whole(
            "--questions", "Held-out questions; the other sets have a half of it", usual.Questions, 2,
            "a whole number of at least 2");
        Option<double?> rate = Opt.OptionalNumber("--learning-rate", "The same for all [default: by the model's size]");
        Option<bool> keep = Opt.Flag("--keep-runs", "Keep what each run leaves, its model too [off]");
        Command command = new("arena", Description);
        foreach (Option option in (Option[])[
            output, recipes, world, second, seeds, fresh, tokens, batch, length, questions, rate, keep])
        {
            command.Add(option);
        }

        model.AddModelTo(command, computes: false);
        command.SetAction(parsed =>
        {
            ArenaSettings settings = new()
            {
                Output = parsed.GetValue(output)!, Recipes = parsed.GetValue(recipes)?.Split(',') ?? [],
                World = parsed.GetValue(world)!, SecondModel = parsed.GetValue(second),
                Model = model.Source(parsed, io, note: false),
                Seeds = parsed.GetValue(seeds), FreshSeeds = parsed.GetValue(fresh), Tokens = parsed.GetValue(tokens),
                BatchSize = parsed.GetValue(batch), MaxResponseTokens = parsed.GetValue(length),
                Questions = parsed.GetValue(questions), LearningRate = parsed.GetValue(rate), KeepRuns = parsed.GetValue(keep),
            };
            using RunView view = new(io, quiet: false);
            ArenaResult result = new ArenaRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            view.Dispose();
            using StreamWriter text = io.TextOutput();
            text.Write(result.Text);
            return ExitCodes.Success;
        });
        return command;
    }
}
