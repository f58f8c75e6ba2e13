using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Innate.Extensions.AI;

/// <summary>Rewards candidates to one conversation.</summary>
/// <param name="messages">The conversation, the options' instructions as its first message.</param>
/// <param name="candidates">The candidates' texts.</param>
/// <param name="cancellationToken">Cancels.</param>
/// <returns>One reward a candidate, the higher the better; null: it cannot be scored and does not win.</returns>
public delegate Task<IReadOnlyList<double?>> CandidateReward(
    IReadOnlyList<ChatMessage> messages, IReadOnlyList<string> candidates, CancellationToken cancellationToken);

/// <summary>One of the N.</summary>
/// <param name="Response">What the inner client answered.</param>
/// <param name="Reward">Its reward; null: it cannot be scored.</param>
public sealed record BestOfNCandidate(ChatResponse Response, double? Reward);

/// <summary>
/// Asks the inner client N times and answers with the best by a reward. The candidates differ by their seed: the options' own (0
/// where there is none) + 0, 1, ... N-1. The answer's usage is that of all N; its AdditionalProperties have <see cref="Reward"/>
/// and <see cref="Candidates"/>. A streamed answer begins when the best is known.
/// </summary>
public sealed class BestOfNChatClient : DelegatingChatClient
{
    /// <summary>AdditionalProperties: the winner's reward, a <c>double</c>.</summary>
    public const string Reward = "innate.reward";

    /// <summary>
    /// AdditionalProperties: all of them in the order of their seeds, an <c>IReadOnlyList&lt;BestOfNCandidate&gt;</c>.
    /// </summary>
    public const string Candidates = "innate.candidates";

    private readonly int _n;
    private readonly CandidateReward _reward;

    /// <summary>Best of N by any reward.</summary>
    /// <param name="innerClient">Who answers; asked N times at once.</param>
    /// <param name="n">N; at least 1.</param>
    /// <param name="reward">The reward.</param>
    public BestOfNChatClient(IChatClient innerClient, int n, CandidateReward reward)
        : base(innerClient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentNullException.ThrowIfNull(reward);
        (_n, _reward) = (n, reward);
    }

    /// <summary>Best of N by a language model's own reward.</summary>
    /// <param name="innerClient">Who answers: the same model, or any other.</param>
    /// <param name="n">N; at least 1.</param>
    /// <param name="rewards">The reward model; it stays its owner's. An empty answer cannot be scored.</param>
    public BestOfNChatClient(IChatClient innerClient, int n, RewardModel rewards)
        : this(innerClient, n, CandidateRewards.Of(rewards))
    {
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] conversation = [.. messages];
        ChatResponse[] answers = await Task.WhenAll(Enumerable.Range(0, _n).Select(
            i => base.GetResponseAsync(conversation, Seeded(options, i), cancellationToken))).ConfigureAwait(false);
        IReadOnlyList<double?> rewards = await _reward(
            CandidateRewards.Asked(conversation, options), [.. answers.Select(a => a.Text)], cancellationToken)
            .ConfigureAwait(false);
        if (rewards.Count != _n)
        {
            throw new InvalidOperationException($"The reward gave {rewards.Count} numbers for {_n} candidates.");
        }

        return Best([.. answers.Select((a, i) => new BestOfNCandidate(a, rewards[i]))]);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse best = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in best.ToChatResponseUpdates()) yield return update;
    }

    private static ChatOptions Seeded(ChatOptions? options, int candidate)
    {
        ChatOptions own = options?.Clone() ?? new ChatOptions();
        own.Seed = unchecked((own.Seed ?? 0) + candidate);
        return own;
    }

    private static ChatResponse Best(BestOfNCandidate[] candidates)
    {
        // Equals: the first. What is not a number wins against none.
        BestOfNCandidate best = candidates.Where(c => c.Reward is { } r && !double.IsNaN(r)).MaxBy(c => c.Reward)
            ?? throw new InvalidOperationException($"None of the {candidates.Length} candidates could be scored.");
        var usage = new UsageDetails();
        foreach (BestOfNCandidate c in candidates)
        {
            if (c.Response.Usage is { } one) usage.Add(one);
        }

        ChatResponse won = best.Response;
        return new ChatResponse(won.Messages)
        {
            ResponseId = won.ResponseId,
            ConversationId = won.ConversationId,
            ModelId = won.ModelId,
            CreatedAt = won.CreatedAt,
            FinishReason = won.FinishReason,
            RawRepresentation = won.RawRepresentation,
            Usage = usage,
            AdditionalProperties = new AdditionalPropertiesDictionary(won.AdditionalProperties ?? [])
            {
                [Reward] = best.Reward!.Value,
                [Candidates] = (IReadOnlyList<BestOfNCandidate>)candidates,
            },
        };
    }
}
