using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>A reward model as what rewards candidates.</summary>
internal static class CandidateRewards
{
    /// <summary>The reward of a model; an empty candidate cannot be scored.</summary>
    /// <param name="rewards">The model.</param>
    public static CandidateReward Of(RewardModel rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        return (messages, candidates, cancellation) => Task.Run<IReadOnlyList<double?>>(
            () =>
            {
                int[] spoken = [.. Enumerable.Range(0, candidates.Count).Where(i => candidates[i].Length > 0)];
                var all = new double?[candidates.Count];
                if (spoken.Length == 0) return all;
                double[] scores = rewards.Score(
                    ChatRequest.Messages(messages, null), [.. spoken.Select(i => candidates[i])], cancellation);
                for (int i = 0; i < spoken.Length; i++) all[spoken[i]] = scores[i];
                return all;
            },
            cancellation);
    }

    /// <summary>What was asked: the options' instructions, then the messages.</summary>
    public static IReadOnlyList<ChatMessage> Asked(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        options?.Instructions is { Length: > 0 } instructions
            ? [new ChatMessage(ChatRole.System, instructions), .. messages]
            : messages;
}
