using System.CommandLine;
using Innate.Environments;
using Innate.Runs.Worlds;

namespace Innate.Cli.Commands;

/// <summary>The options of a world and of who plays it.</summary>
internal sealed class WorldOptionSet
{
    /// <summary>What a world is written as.</summary>
    public static string Meaning { get; } =
        $"The world: {string.Join(", ", WorldList.Names)}, with ,families=A+B ,held-out=A+B ,only-held-out ,max-steps=N; or "
        + "command[,timeout=SECONDS]:RUN, a program of your own; search,data=FILE,corpus=FILE; tools,data=FILE,corpus=FILE or "
        + "tools,data=FILE[,timeout=SECONDS]:RUN, an MCP server (docs/worlds.md) [off: none]";

    public Option<string?> World { get; } = Opt.Text("--world", "WORLD", Meaning);

    public Option<int> Episodes { get; } = Opt.Whole(
        "--episodes", "With --world: seeds, from --seed on", 50, 1, "a whole number of at least 1");

    public Option<int> Group { get; } = Opt.Whole(
        "--group", "With --world: episodes of each seed", 1, 1, "a whole number of at least 1");

    public Option<int> MaxTurns { get; } = Opt.Whole(
        "--max-turns", "The most turns of an episode", 30, 1, "a whole number of at least 1");

    public Option<int> TurnTokens { get; } = Opt.Whole(
        "--turn-tokens", "The most tokens of a turn, its end token included", 32, 1, "a whole number of at least 1");

    public Option<bool> Instructions { get; } = Opt.Flag(
        "--instructions", "Tell the model the world's own words on its actions, as the system message [off]");

    private Option[] Own => [Episodes, Group, MaxTurns, TurnTokens, Instructions];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[World, .. Own]) command.Add(option);
    }

    /// <summary>Whether a world is named in place of a benchmark and of questions.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="others">Options that mean nothing in a world.</param>
    /// <exception cref="InputException">An option of the one is given with the other.</exception>
    public bool IsAsked(ParseResult parsed, IEnumerable<Option> others)
    {
        bool asked = parsed.GetValue(World) is not null;
        Option? idle = (asked ? others : Own).FirstOrDefault(o => parsed.IsGiven(o));
        return idle is null ? asked
            : throw new InputException($"{idle.Name}: expected none {(asked ? "with" : "without")} --world, found one.");
    }

    /// <summary>What is played, but for the model.</summary>
    public WorldSettings Settings(ParseResult parsed) => new()
    {
        World = parsed.GetValue(World)!,
        Episodes = parsed.GetResult(Episodes) is null ? 1 : parsed.GetValue(Episodes),
        Group = parsed.GetResult(Group) is null ? 1 : parsed.GetValue(Group),
        MaxTurns = parsed.GetValue(MaxTurns),
        TurnTokens = parsed.GetValue(TurnTokens),
        Instructions = parsed.GetValue(Instructions),
    };
}
