using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Worlds;

/// <summary>A model in a world.</summary>
public sealed record WorldSettings
{
    /// <summary>The world as the command's <c>--world</c> takes it; with <see cref="OpenWorld"/> what it is called.</summary>
    public required string World { get; init; }

    /// <summary>Makes a copy of a world of your own; null: <see cref="World"/> says which.</summary>
    public Func<IEnvironment>? OpenWorld { get; init; }

    /// <summary>The model that plays; where a person plays, the one that colours what was played.</summary>
    public ModelSource Model { get; init; } = new();

    /// <summary>How text becomes ids.</summary>
    public ChatFormatOptions Format { get; init; } = new();

    /// <summary>The first episode's seed; the others follow it.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seeds.</summary>
    public int Episodes { get; init; } = 50;

    /// <summary>Episodes of each seed.</summary>
    public int Group { get; init; } = 1;

    /// <summary>The most turns of an episode.</summary>
    public int MaxTurns { get; init; } = 30;

    /// <summary>The most tokens of a turn.</summary>
    public int TurnTokens { get; init; } = 32;

    /// <summary>Logits are divided by it; 0: always the likeliest token.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether the model is told the world's own words on its actions, as the system message.</summary>
    public bool Instructions { get; init; }

    /// <summary>The folder of episodes.jsonl, results.json and report.html; null: nothing is written.</summary>
    public string? Output { get; init; }

    /// <summary>Refuses numbers out of range.</summary>
    /// <exception cref="InputException">All that are, together.</exception>
    internal void Check()
    {
        List<InputProblem> problems = [];
        foreach ((string name, int value) in new[]
        {
            (nameof(Episodes), Episodes), (nameof(Group), Group), (nameof(MaxTurns), MaxTurns), (nameof(TurnTokens), TurnTokens),
        })
        {
            if (value < 1) problems.Add(new InputProblem(name, "a whole number of at least 1", $"{value}"));
        }

        if (!(Temperature >= 0)) problems.Add(new InputProblem(nameof(Temperature), "a number of at least 0", $"{Temperature}"));
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>How a turn is sampled.</summary>
    internal SamplingOptions Sampling(ModelSession session) => new()
    {
        MaxTokens = TurnTokens, Temperature = Temperature, Seed = Seed, StopIds = session.StopIds(Format),
    };

    /// <summary>How the episodes become ids.</summary>
    internal TurnFormat Turns(ModelSession session, WorldChoice world) =>
        new(session.Format(Format), Instructions ? world.Instructions() : null);

    /// <summary>Who plays the episodes.</summary>
    internal EpisodePlayer Player(ModelSession session, WorldChoice world) => new(
        world.Open, Turns(session, world), session.Generator, session.Decoder,
        new EpisodeLimits { Turns = MaxTurns, Context = session.Limits.MaxPositions, Together = world.Together });
}
