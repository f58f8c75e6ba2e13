using System.CommandLine;
using System.Text;
using Innate.Cli.Terminal;
using Innate.Environments;
using Innate.Runs;
using Innate.Runs.Worlds;

namespace Innate.Cli.Commands;

/// <summary><c>innate play</c>: one episode of a world, by a person or a model; or rows of shortest plans.</summary>
internal static class PlayCommand
{
    private const string Description = """
        Play an episode of a world: a person at the terminal, or a model.

        Without --model the actions are read from the input, a line each, and the model inside colours them; with --model that
        model plays. At the end stands what was played, coloured by log pi of each token. With --plan nobody plays: shortest
        plans of episodes become rows for `innate train sft --loss assistant`; with --expert they are those of a player who
        knows only what it was told, and has to look for things.

        Examples:
          innate play --world household
          innate play --world household --model DIR --seed 7 --temperature 0
          innate play --world 'command:python3 my_world.py' --model DIR
          innate play --world search,data=questions.jsonl,corpus=corpus.jsonl --model DIR --turn-tokens 256
          innate play --world 'tools,data=questions.jsonl:python3 my_tools.py' --model DIR --turn-tokens 256
          innate play --world household,held-out=apple:desk --plan --count 200 --out plans.jsonl
        """;

    public static Command Create(CliIo io)
    {
        ModelOptions model = new();
        WorldOptionSet world = new();
        Option<double> temperature = Opt.Number(
            "--temperature", "Of the model's sampling; 0: always the likeliest token", 1, x => x >= 0, "a number of at least 0");
        Option<ulong> seed = Opt.Seed("--seed", "Decides the episode, and what the model samples");
        Option<bool> plan = Opt.Flag("--plan", "Write rows of shortest plans in place of playing [off: play]");
        Option<bool> expert = Opt.Flag(
            "--expert", "With --plan: the actions of a player who only knows what it was told [off: shortest plans]");
        Option<int> count = Opt.Whole("--count", "With --plan: episodes, from --seed on", 100, 1, "a whole number of at least 1");
        Option<string?> output = Opt.Text("--out", "FILE", "With --plan: the rows, or - for stdout", "-");
        Option<bool> quiet = Opt.Flag("--quiet", "No notes on stderr [off: show them]");
        Command command = new("play", Description);
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        model.AddFormatTo(command);
        Option[] all =
        [
            world.World, world.MaxTurns, world.TurnTokens, world.Instructions, temperature, seed, plan, expert, count, output,
            quiet,
        ];
        foreach (Option option in all) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(world.World) is not { } name)
            {
                throw new InputException(
                    $"--world: expected {string.Join(", ", WorldList.Names)}, command:RUN, search or tools, found none.");
            }

            using RunView view = new(io, parsed.GetValue(quiet));
            bool plans = parsed.GetValue(plan);
            Option[] idle = plans
                ? [model.Model, model.Adapter, world.MaxTurns, world.TurnTokens, temperature] : [expert, count, output];
            if (idle.FirstOrDefault(o => parsed.IsGiven(o)) is { } found)
            {
                throw new InputException($"{found.Name}: expected none {(plans ? "with" : "without")} --plan, found one.");
            }

            if (plans)
            {
                new PlanRun(name, parsed.GetValue(seed), parsed.GetValue(count), io.OutputTo(parsed.GetValue(output)!))
                {
                    Expert = parsed.GetValue(expert), Instructions = parsed.GetValue(world.Instructions),
                }.Execute(view, io.Cancellation);
                return ExitCodes.Success;
            }

            WorldSettings settings = world.Settings(parsed) with
            {
                Seed = parsed.GetValue(seed), Temperature = parsed.GetValue(temperature),
                Model = model.Source(parsed, io, note: false), Format = model.Format(parsed),
            };
            bool modelPlays = parsed.IsGiven(model.Model) || parsed.IsGiven(model.Adapter) || settings.Model.Engine is not null
                || settings.Model.LlamaCpp is not null;
            return Play(settings, modelPlays, io, view);
        });
        return command;
    }

    private static int Play(WorldSettings settings, bool modelPlays, CliIo io, RunView view)
    {
        using StreamWriter text = io.TextOutput();
        using StreamReader? input = modelPlays ? null : new StreamReader(io.OpenInput(), new UTF8Encoding(false));
        void Tell(EnvironmentStep step)
        {
            text.WriteLine(HeatText.Visible(step.Observation).Replace("↵", "\n", StringComparison.Ordinal));
            text.Flush();
        }

        PlayedEpisode played = new PlayRun(settings, Tell, input is null ? null : () =>
        {
            if (io.OutputIsTerminal) text.Write("> ");
            text.Flush();
            return input.ReadLine();
        })
        {
            OpenModel = io.OpenSource,
        }.Execute(view, io.Cancellation);
        view.Dispose();
        text.Write(WorldView.Transcript(played, io.Width, io.Colours));
        return played.Failure is null ? ExitCodes.Success : ExitCodes.Failure;
    }
}
