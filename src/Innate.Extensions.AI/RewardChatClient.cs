using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>
/// Adds to each answer of the inner client its reward, in AdditionalProperties: <see cref="Reward"/>. A streamed answer passes as
/// it comes, and one more update with the reward follows its last. An answer is never lost for want of a reward: where there is
/// none, <see cref="RewardError"/> says why.
/// </summary>
public sealed class RewardChatClient : DelegatingChatClient
{
    /// <summary>AdditionalProperties: the answer's reward, a <c>double</c>; absent where it has none.</summary>
    public const string Reward = BestOfNChatClient.Reward;

    /// <summary>AdditionalProperties: why the answer has no reward, a <c>string</c>; absent where it has one.</summary>
    public const string RewardError = "innate.reward_error";

    private readonly CandidateReward _reward;

    /// <summary>Any reward.</summary>
    /// <param name="innerClient">Who answers.</param>
    /// <param name="reward">The reward; asked for one candidate at a time.</param>
    public RewardChatClient(IChatClient innerClient, CandidateReward reward)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(reward);
        _reward = reward;
    }

    /// <summary>A language model's own reward.</summary>
    /// <param name="innerClient">Who answers: the same model, or any other.</param>
    /// <param name="rewards">The reward model; it stays its owner's. An empty answer cannot be scored.</param>
    public RewardChatClient(IChatClient innerClient, RewardModel rewards)
        : this(innerClient, CandidateRewards.Of(rewards))
    {
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] conversation = [.. messages];
        ChatResponse response = await base.GetResponseAsync(conversation, options, cancellationToken).ConfigureAwait(false);
        response.AdditionalProperties = new AdditionalPropertiesDictionary(response.AdditionalProperties ?? []);
        (string name, object value) = await Of(conversation, options, response.Text, cancellationToken).ConfigureAwait(false);
        response.AdditionalProperties[name] = value;
        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] conversation = [.. messages];
        List<ChatResponseUpdate> all = [];
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(conversation, options, cancellationToken)
            .ConfigureAwait(false))
        {
            all.Add(update);
            yield return update;
        }

        ChatResponse response = all.ToChatResponse();
        (string name, object value) =
            await Of(conversation, options, response.Text, cancellationToken).ConfigureAwait(false);

        // Of no message: ToChatResponse then gives the property to the response, where an answer that is not streamed has it.
        yield return new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            ResponseId = response.ResponseId,
            ModelId = response.ModelId,
            AdditionalProperties = new AdditionalPropertiesDictionary { [name] = value },
        };
    }

    private async Task<(string Name, object Value)> Of(
        ChatMessage[] conversation, ChatOptions? options, string answer, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<double?> rewards =
                await _reward(CandidateRewards.Asked(conversation, options), [answer], cancellation).ConfigureAwait(false);
            return rewards is [{ } reward] && double.IsFinite(reward)
                ? (Reward, reward)
                : (RewardError, answer.Length == 0 ? "the answer is empty" : "the reward gave no number");
        }
#pragma warning disable CA1031 // an answer is never lost for want of a reward, whatever the reward's own fault
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return (RewardError, e.Message);
        }
    }
}
