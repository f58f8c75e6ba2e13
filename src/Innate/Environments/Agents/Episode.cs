using Innate.Traces;

namespace Innate.Environments.Agents;

/// <summary>How an episode came to its end.</summary>
internal enum EpisodeEnd
{
    /// <summary>The world said that it is over.</summary>
    Done,

    /// <summary>The most turns were played.</summary>
    Turns,

    /// <summary>No token was left for another turn.</summary>
    Tokens,

    /// <summary>The world broke off: <see cref="Episode.Failure"/>.</summary>
    Failed,
}

/// <summary>One turn: what the agent did, and what came of it.</summary>
/// <param name="Said">All that the agent wrote, without the end of its turn.</param>
/// <param name="Action">The action in it.</param>
/// <param name="Step">The world's answer.</param>
/// <param name="Start">The place of the turn's first token among the episode's ids.</param>
/// <param name="End">One past its last.</param>
internal sealed record EpisodeTurn(string Said, string Action, EnvironmentStep Step, int Start, int End);

/// <summary>What an agent and a world wrote in turns, as one sequence of ids.</summary>
internal sealed record Episode
{
    /// <summary>The world's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which of the seed's group, from 0.</summary>
    public required int Member { get; init; }

    /// <summary>What the world said first.</summary>
    public required string First { get; init; }

    /// <summary>All ids: the first prompt, then turn after turn. The last one was written by the agent.</summary>
    public required int[] Ids { get; init; }

    /// <summary>True where the agent wrote the id: it was sampled, and may be learned from. One an id.</summary>
    public required bool[] Written { get; init; }

    /// <summary>How many ids the first prompt has.</summary>
    public required int PromptLength { get; init; }

    /// <summary>The turns.</summary>
    public required IReadOnlyList<EpisodeTurn> Turns { get; init; }

    /// <summary>
    /// What the agent's model said of the ids that it wrote, in order; null: an engine elsewhere did not say, or there was no
    /// turn.
    /// </summary>
    public TokenTrace? Policy { get; init; }

    /// <summary>How it ended.</summary>
    public required EpisodeEnd End { get; init; }

    /// <summary>Why the world broke off; null: it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>The sum of the turns' rewards; 0 of one that failed.</summary>
    public double Reward => Failure is null ? Turns.Sum(t => t.Step.Reward) : 0;

    /// <summary>Whether the task was solved, by the world's own flag.</summary>
    public bool IsSolved => Failure is null && Turns.Count > 0 && Turns[^1].Step.IsSolved;

    /// <summary>Turns whose action could not be understood or done.</summary>
    public int InvalidActions => Turns.Count(t => !t.Step.IsValid);

    /// <summary>The ids after the first prompt.</summary>
    public int[] Response => Ids[PromptLength..];

    /// <summary>Places among <see cref="Response"/> of the ids that the agent wrote.</summary>
    public int[] WrittenPlaces => [.. Enumerable.Range(0, Ids.Length - PromptLength).Where(t => Written[PromptLength + t])];

    /// <summary>Each turn's reward; 0 of one that failed.</summary>
    public double[] RewardsByTurn => [.. Turns.Select(t => Failure is null ? t.Step.Reward : 0)];
}
