using System.Text.Json.Nodes;
using Innate.Audits.Statistics;
using Innate.Benchmarks;
using Innate.Environments.Agents;

namespace Innate.Runs.Worlds;

/// <summary>What is known of an episode beforehand, in a world that is small enough.</summary>
/// <param name="OptimalSteps">The fewest actions that solve it; null: it cannot be solved.</param>
/// <param name="RandomSuccess">The exact chance that random valid actions solve it.</param>
internal readonly record struct KnownEpisode(int? OptimalSteps, double RandomSuccess);

/// <summary>How a player did. Pure.</summary>
public sealed record WorldResults
{
    /// <summary>Seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>Episodes played; those that failed are among them.</summary>
    public required int Episodes { get; init; }

    /// <summary>The share that was solved, of the episodes that the world did not break off; NaN: it broke off all.</summary>
    public required double Success { get; init; }

    /// <summary>Wilson's 95 % interval by seeds: episodes of one seed are not independent.</summary>
    public required MetricInterval Interval { get; init; }

    /// <summary>The mean reward of an episode that the world did not break off.</summary>
    public required double Reward { get; init; }

    /// <summary>The mean turns of a solved episode; NaN: none was.</summary>
    public required double Steps { get; init; }

    /// <summary>The mean of optimal over used turns, of solved episodes; null: the optimum is not known.</summary>
    public required double? Efficiency { get; init; }

    /// <summary>What random valid actions solve, exactly, on the same seeds; null: it is not known.</summary>
    public required double? RandomSuccess { get; init; }

    /// <summary>Actions that could not be understood or done, as a share of all.</summary>
    public required double Invalid { get; init; }

    /// <summary>Episodes that had no turns left.</summary>
    public required int OutOfTurns { get; init; }

    /// <summary>Episodes that had no tokens left for a turn.</summary>
    public required int OutOfTokens { get; init; }

    /// <summary>Episodes that the world broke off.</summary>
    public required int Failed { get; init; }

    /// <summary>Why it broke the first of these off; null: it broke none.</summary>
    public required string? FirstFailure { get; init; }

    /// <summary>The mean tokens of an episode after its first prompt, the world's included.</summary>
    public required double Tokens { get; init; }

    /// <summary>Measures episodes.</summary>
    /// <param name="groups">For each seed its episodes.</param>
    /// <param name="known">What is known of each seed; null: nothing.</param>
    internal static WorldResults Of(IReadOnlyList<Episode[]> groups, IReadOnlyList<KnownEpisode>? known)
    {
        Episode[] all = [.. groups.SelectMany(g => g)], whole = [.. all.Where(e => e.Failure is null)];
        int seeds = groups.Count(g => g.Any(e => e.Failure is null));
        double success = whole.Length == 0 ? double.NaN : whole.Average(e => e.IsSolved ? 1.0 : 0);
        int turns = all.Sum(e => e.Turns.Count);
        (Episode Episode, KnownEpisode? Known)[] solved =
        [
            .. groups.SelectMany((g, i) => g.Where(e => e.IsSolved).Select(e => (e, known?[i]))),
        ];
        return new WorldResults
        {
            Seeds = groups.Count,
            Episodes = all.Length,
            Success = success,
            Interval = WilsonInterval.Of(success, seeds),
            Reward = whole.Length == 0 ? double.NaN : whole.Average(e => e.Reward),
            Steps = solved.Length == 0 ? double.NaN : solved.Average(s => s.Episode.Turns.Count),
            Efficiency = known is null || solved.Length == 0 ? null
                : solved.Average(s => (double)(s.Known!.Value.OptimalSteps ?? 0) / s.Episode.Turns.Count),
            RandomSuccess = known?.Average(k => k.RandomSuccess),
            Invalid = turns == 0 ? 0 : (double)all.Sum(e => e.InvalidActions) / turns,
            OutOfTurns = all.Count(e => e.End == EpisodeEnd.Turns),
            OutOfTokens = all.Count(e => e.End == EpisodeEnd.Tokens),
            Failed = all.Length - whole.Length,
            FirstFailure = all.FirstOrDefault(e => e.Failure is not null)?.Failure,
            Tokens = all.Average(e => e.Ids.Length - e.PromptLength),
        };
    }

    /// <summary>The metrics of results.json.</summary>
    public byte[] ToJson() => JsonBytes.Indented(Metrics());

    internal JsonObject Metrics() => new()
    {
        ["seeds"] = Seeds,
        ["episodes"] = Episodes,
        ["success"] = Finite(Success),
        ["success_interval"] = new JsonArray(Finite(Interval.Low), Finite(Interval.High)),
        ["random_success"] = RandomSuccess,
        ["reward"] = Finite(Reward),
        ["steps_when_solved"] = Finite(Steps),
        ["efficiency"] = Efficiency,
        ["invalid_actions"] = Invalid,
        ["out_of_turns"] = OutOfTurns,
        ["out_of_tokens"] = OutOfTokens,
        ["failed"] = Failed,
        ["first_failure"] = FirstFailure,
        ["tokens"] = Tokens,
    };

    private static JsonNode? Finite(double number) => double.IsFinite(number) ? number : null;
}
