using Innate.Generation;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Environments.Agents;

/// <summary>What bounds an episode.</summary>
internal sealed record EpisodeLimits
{
    /// <summary>The most turns.</summary>
    public int Turns { get; init; } = 30;

    /// <summary>The most ids after the first prompt, the world's included; null: the model's context alone bounds them.</summary>
    public int? Tokens { get; init; }

    /// <summary>The most ids of all, the first prompt's included: the model's context.</summary>
    public required int Context { get; init; }

    /// <summary>Episodes, and so copies of the world, that are played together. No episode depends on it.</summary>
    public int Together { get; init; } = 64;
}

/// <summary>
/// Plays episodes in groups of one seed, each episode in a copy of the world of its own (Embodied Planner-R1, arXiv 2506.23127);
/// all are sampled together, turn by turn. An episode is a function of the weights, the two seeds, and its place in its group.
/// </summary>
/// <param name="open">Makes a copy of the world.</param>
/// <param name="format">How words become ids.</param>
/// <param name="generator">Samples, where the model runs elsewhere.</param>
/// <param name="decoder">The model where it runs here: it keeps keys and values from turn to turn; null: it does not.</param>
/// <param name="limits">What bounds an episode.</param>
internal sealed class EpisodePlayer(
    Func<IEnvironment> open, TurnFormat format, ITextGenerator generator, CausalLanguageModel? decoder, EpisodeLimits limits)
{
    /// <summary>Plays a group for each seed.</summary>
    /// <param name="seeds">The worlds' seeds.</param>
    /// <param name="groupSize">Episodes of each.</param>
    /// <param name="sampling">How a turn is sampled: its most tokens, its seed, what ends it.</param>
    /// <param name="progress">Is told how many episodes are done.</param>
    /// <param name="cancellation">Stops between turns and tokens.</param>
    /// <returns>For each seed, its episodes in order.</returns>
    /// <exception cref="InputException">A first observation that leaves no room for a turn.</exception>
    public IReadOnlyList<Episode[]> Play(
        IReadOnlyList<ulong> seeds, int groupSize, SamplingOptions sampling, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        (ulong Seed, int Member)[] all =
            [.. seeds.SelectMany(seed => Enumerable.Range(0, groupSize).Select(member => (seed, member)))];
        List<Episode> played = [];
        List<IEnvironment> worlds = [];
        try
        {
            foreach ((ulong, int)[] together in all.Chunk(limits.Together))
            {
                while (worlds.Count < together.Length) worlds.Add(open());
                played.AddRange(PlayTogether(together, worlds, sampling, cancellation));
                progress?.Invoke(played.Count);
            }
        }
        finally
        {
            foreach (IEnvironment world in worlds) world.Dispose();
        }

        return [.. played.Chunk(groupSize)];
    }

    /// <summary>The first prompt of a seed's episodes.</summary>
    /// <exception cref="InputException">The world does not begin.</exception>
    public static (string Text, int[] Ids) FirstOf(IEnvironment world, ulong seed, TurnFormat format)
    {
        EnvironmentStep first = world.Reset(seed);
        return first.Failure is { } failure
            ? throw new InputException($"the world, seed {seed}: expected a first observation, found none: {failure}")
            : (first.Observation, format.Begin(first).Ids);
    }

    private IEnumerable<Episode> PlayTogether(
        (ulong Seed, int Member)[] places, List<IEnvironment> worlds, SamplingOptions sampling, CancellationToken cancellation)
    {
        Course[] courses = [.. places.Select((p, i) => new Course(p.Seed, p.Member, worlds[i], format))];
        using TurnDecoding? kept = decoder is null ? null : new TurnDecoding(decoder);
        int[] sequences = new int[courses.Length];
        for (int turn = 0; ; turn++)
        {
            foreach (Course c in courses.Where(c => c.End is null)) c.Bound(turn, sampling.MaxTokens, limits);
            int[] active = [.. Enumerable.Range(0, courses.Length).Where(i => courses[i].End is null)];
            if (active.Length == 0) break;
            cancellation.ThrowIfCancellationRequested();
            SamplingOptions now = sampling with
            {
                Places = [.. active.Select(i => PlaceOf(courses[i].Seed, courses[i].Member, turn))],
            };
            int[][] ids = [.. active.Select(i => courses[i].Ids)];
            if (turn == 0 && kept?.Begin(ids, cancellation) is { } begun)
            {
                for (int k = 0; k < active.Length; k++) sequences[active[k]] = begun[k];
            }

            GeneratedResponse[] said = kept is not null
                ? kept.Generate([.. active.Select(i => sequences[i])], ids, now, cancellation)
                : [.. generator.Generate(ids, 1, now, null, cancellation).Select(r => r[0])];
            for (int k = 0; k < active.Length; k++) courses[active[k]].Take(said[k]);
        }

        return courses.Select(c => c.ToEpisode());
    }

    // What decides an episode's samples of a turn, beside the sampling's own seed.
    private static int PlaceOf(ulong seed, int member, int turn)
    {
        ulong key = RandomBits.Mix(RandomBits.Mix(seed, (ulong)member), (ulong)turn);
        return (int)(key ^ (key >> 32));
    }

    // An episode that is being played.
    private sealed class Course
    {
        private readonly IEnvironment _world;
        private readonly TurnFormat _format;
        private readonly List<int> _ids = [];
        private readonly List<bool> _written = [];
        private readonly List<EpisodeTurn> _turns = [];
        private readonly List<TokenTrace?> _traces = [];
        private readonly string _first;
        private readonly int _promptLength;
        private int _lastWritten;
        private readonly bool _hasTools;
        private bool _takesWholeTurn;
        private string? _failure;

        public Course(ulong seed, int member, IEnvironment world, TurnFormat format)
        {
            (Seed, Member, _world, _format) = (seed, member, world, format);
            EnvironmentStep first = world.Reset(seed);
            _first = first.Observation;
            _hasTools = first.Tools.Count > 0;
            Append(format.Begin(first).Ids, written: false);
            _promptLength = _lastWritten = _ids.Count;
            Judge(first);
        }

        public ulong Seed { get; }

        public int Member { get; }

        public EpisodeEnd? End { get; private set; }

        public int[] Ids => [.. _ids];

        // A turn begins where all of it has room: it is never cut off by what came before.
        public void Bound(int turn, int turnTokens, EpisodeLimits limits)
        {
            int most = limits.Context;
            if (limits.Tokens is { } tokens) most = Math.Min(most, _promptLength + tokens);
            if (turn >= limits.Turns) End = EpisodeEnd.Turns;
            else if (_ids.Count + turnTokens > most) End = EpisodeEnd.Tokens;
        }

        public void Take(GeneratedResponse response)
        {
            int start = _ids.Count;
            Append(response.TokenIds, written: true);
            _lastWritten = _ids.Count;
            _traces.Add(response.Trace);
            (string said, string action) = _format.Read(
                [.. _ids.Take(start)], response.SaidIds, _takesWholeTurn, _hasTools);
            EnvironmentStep step = _world.Act(action);
            _turns.Add(new EpisodeTurn(said, action, step, start, _ids.Count));
            Judge(step);
            if (End is null) Append(_format.Next(response.TokenIds, step), written: false);
        }

        // What the world said after the last turn is nobody's to answer.
        public Episode ToEpisode() => new()
        {
            Seed = Seed,
            Member = Member,
            First = _first,
            Ids = [.. _ids.Take(_lastWritten)],
            Written = [.. _written.Take(_lastWritten)],
            PromptLength = _promptLength,
            Turns = _turns,
            Policy = _traces.Count == 0 || _traces.Contains(null) ? null : TokenTrace.Join([.. _traces.OfType<TokenTrace>()]),
            End = End!.Value,
            Failure = _failure,
        };

        private void Judge(EnvironmentStep step)
        {
            _failure = step.Failure;
            _takesWholeTurn = step.TakesWholeTurn;
            if (step.Failure is not null) End = EpisodeEnd.Failed;
            else if (step.IsDone) End = EpisodeEnd.Done;
        }

        private void Append(int[] ids, bool written)
        {
            _ids.AddRange(ids);
            _written.AddRange(Enumerable.Repeat(written, ids.Length));
        }
    }
}
