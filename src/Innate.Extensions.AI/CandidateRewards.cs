using Innate.Text;
using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>A reward model as what rewards candidates.</summary>
internal static class CandidateRewards
{
    /// <summary>The reward of a model; an empty candidate cannot be scored, nor one that the model does not take.</summary>
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
                IReadOnlyList<ConversationMessage> asked = ChatRequest.Messages(messages, null);
                double?[] scores = Scores(rewards, asked, [.. spoken.Select(i => candidates[i])], cancellation);
                for (int i = 0; i < spoken.Length; i++) all[spoken[i]] = scores[i];
                return all;
            },
            cancellation);
    }

    // A candidate that the model does not take, such as one beyond its context, takes down no other.
    private static double?[] Scores(
        RewardModel rewards, IReadOnlyList<ConversationMessage> asked, string[] candidates, CancellationToken cancellation)
    {
        try
        {
            return [.. rewards.Score(asked, candidates, cancellation).Select(r => (double?)r)];
        }
        catch (InputException) when (candidates.Length > 1)
        {
            double?[] each = [.. candidates.Select(candidate => Alone(rewards, asked, candidate, cancellation))];
            if (each.All(r => r is null)) throw;
            return each;
        }
    }

    private static double? Alone(
        RewardModel rewards, IReadOnlyList<ConversationMessage> asked, string candidate, CancellationToken cancellation)
    {
        try
        {
            return rewards.Score(asked, [candidate], cancellation)[0];
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>What was asked: the options' instructions, then the messages.</summary>
    public static IReadOnlyList<ChatMessage> Asked(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        options?.Instructions is { Length: > 0 } instructions
            ? [new ChatMessage(ChatRole.System, instructions), .. messages]
            : messages;
}
