using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;
using Innate.Traces;

namespace Innate.Runs.Worlds;

/// <summary>An episode that was played, and what colours it.</summary>
/// <param name="Tokens">Its tokens after the first prompt.</param>
/// <param name="Turns">How many turns it had.</param>
/// <param name="Reward">What the world gave for it.</param>
public sealed record PlayedEpisode(IReadOnlyList<TranscriptToken> Tokens, int Turns, double Reward)
{
    /// <summary>How it ended, in a word: solved, done, out of turns, out of tokens, failed.</summary>
    public required string End { get; init; }

    /// <summary>Why the world broke off; null: it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>Turns whose action could not be understood or done.</summary>
    public int InvalidActions { get; init; }

    /// <summary>The fewest turns that solve it; null: it is not known.</summary>
    public int? OptimalSteps { get; init; }
}

/// <summary>One episode, played by a model or by a person, whose words a model then colours.</summary>
/// <param name="settings">Who plays what.</param>
/// <param name="watch">Is told what the world says, as it says it.</param>
/// <param name="person">Reads a person's next action, null at the end of the input; null: the model plays.</param>
public sealed class PlayRun(WorldSettings settings, Action<EnvironmentStep> watch, Func<string?>? person) : Run<PlayedEpisode>
{
    /// <inheritdoc/>
    public override PlayedEpisode Execute(IProgress<RunEvent>? events = null, CancellationToken cancellation = default)
    {
        settings.Check();
        WorldChoice world = WorldChoice.Of(settings.World, settings.OpenWorld);
        using ModelSession session = OpenModel(settings.Model, cancellation);
        TurnFormat format = settings.Turns(session, world);
        if (person is not null)
        {
            using IEnvironment asked = world.Open();
            if (asked.Instructions is { } instructions) watch(new EnvironmentStep(instructions));
        }

        int context = session.Limits.MaxPositions;
        EpisodePlayer player = new(
            () => new WatchedWorld(world.Open(), watch), format,
            person is null ? session.Generator : new PersonAtTerminal(format.Tokenizer, session.Format(settings.Format), person),
            person is null ? session.Decoder : null,
            new EpisodeLimits { Turns = settings.MaxTurns, Context = person is null ? context : int.MaxValue, Together = 1 });
        Episode episode = player.Play([settings.Seed], 1, settings.Sampling(session), null, cancellation)[0][0];
        if (person is not null && episode.Turns.Count > 0 && episode.Ids.Length <= context)
        {
            TokenTrace whole = session.Traces.Trace(
                [new TraceQuery(episode.Ids[..episode.PromptLength], [episode.Response])], cancellation: cancellation)[0][0];
            episode = episode with { Policy = whole.Written(episode.WrittenPlaces) };
        }

        return new PlayedEpisode(Transcript.Tokens(episode, format.Tokenizer), episode.Turns.Count, episode.Reward)
        {
            End = episode.IsSolved ? "solved" : Transcript.NameOf(episode.End),
            Failure = episode.Failure,
            InvalidActions = episode.InvalidActions,
            OptimalSteps = WorldEvaluationRun.KnownOf(world, [settings.Seed], cancellation)?[0].OptimalSteps,
        };
    }

    // Tells what the world says.
    private sealed class WatchedWorld(IEnvironment world, Action<EnvironmentStep> watch) : IEnvironment
    {
        public EnvironmentStep Reset(ulong seed) => Told(world.Reset(seed));

        public EnvironmentStep Act(string action) => Told(world.Act(action));

        public void Dispose() => world.Dispose();

        private EnvironmentStep Told(EnvironmentStep step)
        {
            watch(step);
            return step;
        }
    }

    // A person's lines as a model's turns.
    private sealed class PersonAtTerminal(Tokenizer tokenizer, ChatFormat format, Func<string?> read) : ITextGenerator
    {
        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
            Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            string line = read() ?? throw new InputException(
                "the input: expected an action a line until the episode is over, found its end");
            int[] ids = [.. tokenizer.EncodeContinuation(line), .. format.EndOfTurnId is int end ? (int[])[end] : []];
            return [[new GeneratedResponse(ids, new double[ids.Length], FinishReason.Stop)]];
        }
    }
}
