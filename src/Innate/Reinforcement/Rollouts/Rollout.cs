using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Traces;

namespace Innate.Reinforcement.Rollouts;

/// <summary>One sampled response.</summary>
/// <param name="Response">Tokens, and the sampling policy's trace of them.</param>
/// <param name="Text">Decoded, without special tokens.</param>
public sealed record Rollout(GeneratedResponse Response, string Text)
{
    /// <summary>The policy's own trace, as it was when it sampled.</summary>
    public TokenTrace Policy => Response.Trace!;

    /// <summary>The frozen model's trace of the same tokens; null where no part of the recipe needs it.</summary>
    public TokenTrace? Frozen { get; init; }

    /// <summary>Tokens.</summary>
    public int Length => Response.TokenIds.Length;

    /// <summary>Whether it came to its end, and was not cut off.</summary>
    internal bool Ended => Response.FinishReason == FinishReason.Stop;

    /// <summary>Whether it was sampled with help that its prompt does not give: a hint, a critique.</summary>
    internal bool IsGuided { get; init; }

    /// <summary>A teacher's log-probabilities of its tokens, one a token, in nats; null: there is no teacher.</summary>
    internal double[]? Teacher { get; init; }

    /// <summary>What the teacher says of it, as a trace of log-probabilities alone.</summary>
    internal TokenTrace TeacherTrace => TokenTrace.OfLogProbabilities(Response.TokenIds, Teacher!);

    /// <summary>The episode that it is; null: it is one response.</summary>
    internal Episode? Episode { get; init; }

    /// <summary>
    /// Which of <see cref="Read"/> are its tokens: those that the policy wrote; null: all of them.
    /// </summary>
    internal int[]? Places { get; init; }

    /// <summary>What the model reads after the prompt: the response, or an episode with the world's words.</summary>
    internal int[] Read => Episode?.Response ?? Response.TokenIds;

    /// <summary>Of an episode, one past each turn's last token, counted in the rollout's tokens.</summary>
    internal int[] TurnEnds
    {
        get
        {
            int written = 0;
            return [.. Episode!.Turns.Select(t => Places is null ? t.End - Episode.PromptLength : written += t.End - t.Start)];
        }
    }

    /// <summary>What else a method knows of it; null: nothing.</summary>
    internal double[]? Notes { get; init; }
}

/// <summary>The responses to one prompt.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Rollouts">In the order of their indices.</param>
public sealed record RolloutGroup(PolicyPrompt Prompt, IReadOnlyList<Rollout> Rollouts)
{
    /// <summary>
    /// Decides what is random about its rewards: of the run's seed, the batch's number and round, and the prompt's place alone.
    /// </summary>
    internal ulong Key { get; init; }

    /// <summary>What a method knows of the group, such as what a reference's answers were rewarded with; null: nothing.</summary>
    internal IReadOnlyList<double[]>? Notes { get; init; }

    /// <summary>The policy's greedy answer, ReMax's baseline; null where the recipe does not need it.</summary>
    public Rollout? Greedy { get; init; }
}
