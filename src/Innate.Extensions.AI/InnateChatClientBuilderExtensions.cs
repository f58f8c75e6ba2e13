using Innate;
using Innate.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// Where every UseSomething lies, so that it is found without another using.
namespace Microsoft.Extensions.AI;

/// <summary>Rewards in a pipeline of chat clients.</summary>
public static class InnateChatClientBuilderExtensions
{
    /// <summary>The best of N answers of the client below, by a reward: <see cref="BestOfNChatClient"/>.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="n">N; at least 1.</param>
    /// <param name="rewards">
    /// The reward; null: the <see cref="RewardModel"/> of the services, as <c>AddInnate</c> adds it.
    /// </param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InputException">When it is built: there is no reward.</exception>
    public static ChatClientBuilder UseBestOf(this ChatClientBuilder builder, int n, RewardModel? rewards = null)
    {
        Check(builder, n);
        return builder.Use((inner, services) =>
            new BestOfNChatClient(inner, n, rewards ?? Registered(services, nameof(UseBestOf))));
    }

    /// <summary>The best of N answers of the client below, by a reward of one's own.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="n">N; at least 1.</param>
    /// <param name="reward">The reward.</param>
    /// <returns>The pipeline.</returns>
    public static ChatClientBuilder UseBestOf(this ChatClientBuilder builder, int n, CandidateReward reward)
    {
        Check(builder, n);
        ArgumentNullException.ThrowIfNull(reward);
        return builder.Use(inner => new BestOfNChatClient(inner, n, reward));
    }

    /// <summary>The reward of each answer, in its AdditionalProperties: <see cref="RewardChatClient"/>.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="rewards">
    /// The reward; null: the <see cref="RewardModel"/> of the services, as <c>AddInnate</c> adds it.
    /// </param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InputException">When it is built: there is no reward.</exception>
    public static ChatClientBuilder UseReward(this ChatClientBuilder builder, RewardModel? rewards = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
            new RewardChatClient(inner, rewards ?? Registered(services, nameof(UseReward))));
    }

    /// <summary>A reward of one's own of each answer, in its AdditionalProperties.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="reward">The reward.</param>
    /// <returns>The pipeline.</returns>
    public static ChatClientBuilder UseReward(this ChatClientBuilder builder, CandidateReward reward)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(reward);
        return builder.Use(inner => new RewardChatClient(inner, reward));
    }

    private static void Check(ChatClientBuilder builder, int n)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
    }

    private static RewardModel Registered(IServiceProvider services, string method) =>
        services.GetService<RewardModel>() ?? throw new InputException(
            $"{method}: expected a reward model among the services, found none; call services.AddInnate, or hand one over.");
}
