using Innate.Extensions.AI;
using Innate.Rewards;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Tests.Extensions;

/// <summary>Rewards in a pipeline of chat clients.</summary>
public sealed class RewardChatClientTests
{
    private static readonly ChatOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public async Task An_answer_carries_its_reward()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format, RewardKind.MeanLogLikelihood);
        using IChatClient client = TinyChat.Client().AsBuilder().UseReward(rewards).Build();
        ChatResponse answer = await client.GetResponseAsync(TinyChat.Question, Greedy);
        Assert.Equal(rewards.Score("What is 47 + 85?", answer.Text), answer.AdditionalProperties![RewardChatClient.Reward]);
        Assert.True(answer.AdditionalProperties.ContainsKey(InnateChatClient.TokenIds));
    }

    [Fact]
    public async Task A_streamed_answer_passes_as_it_comes_and_its_reward_follows()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        using IChatClient client = TinyChat.Client().AsBuilder().UseReward(rewards).Build();
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(TinyChat.Question, Greedy).ToListAsync();
        Assert.True(updates.Count(u => u.Text.Length > 0) > 3);
        Assert.All(updates[..^1], u => Assert.False(u.AdditionalProperties?.ContainsKey(RewardChatClient.Reward) ?? false));
        ChatResponse whole = updates.ToChatResponse();
        Assert.Equal(rewards.Score("What is 47 + 85?", whole.Text), whole.AdditionalProperties![RewardChatClient.Reward]);
        Assert.Single(whole.Messages);
    }

    [Fact]
    public async Task An_answer_without_a_reward_is_not_lost()
    {
        using IChatClient none = TinyChat.Client().AsBuilder()
            .UseReward((_, _, _) => Task.FromResult<IReadOnlyList<double?>>([null])).Build();
        ChatResponse answer = await none.GetResponseAsync(TinyChat.Question, Greedy);
        Assert.Equal("the reward gave no number", answer.AdditionalProperties![RewardChatClient.RewardError]);
        Assert.False(answer.AdditionalProperties.ContainsKey(RewardChatClient.Reward));
        using IChatClient faulty = TinyChat.Client().AsBuilder()
            .UseReward((_, _, _) => throw new InputException("too long.")).Build();
        Assert.Equal("too long.",
            (await faulty.GetResponseAsync(TinyChat.Question, Greedy)).AdditionalProperties![RewardChatClient.RewardError]);
    }

    [Fact]
    public async Task A_pipeline_takes_the_best_by_the_reward_among_the_services()
    {
        await using ServiceProvider provider = new ServiceCollection().AddInnate().BuildServiceProvider();
        using IChatClient best = TinyChat.Client().AsBuilder().UseBestOf(3).Build(provider);
        ChatResponse answer = await best.GetResponseAsync(TinyChat.Question, new() { Temperature = 1, Seed = 1 });
        var all = (IReadOnlyList<BestOfNCandidate>)answer.AdditionalProperties![BestOfNChatClient.Candidates]!;
        Assert.Equal(3, all.Count);
        Assert.Equal(all.Max(c => c.Reward), answer.AdditionalProperties[BestOfNChatClient.Reward]);
        Assert.Equal(all.Sum(c => c.Response.Usage!.OutputTokenCount), answer.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task A_candidate_beyond_the_context_does_not_win_and_takes_down_no_other()
    {
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        int asked = 0;
        using IChatClient best = new Saying(() => asked++ == 0 ? new string('7', 10_000) : "132").AsBuilder()
            .UseBestOf(2, rewards).Build();
        ChatResponse answer = await best.GetResponseAsync(TinyChat.Question);
        var all = (IReadOnlyList<BestOfNCandidate>)answer.AdditionalProperties![BestOfNChatClient.Candidates]!;
        Assert.Equal("132", answer.Text);
        Assert.Equal([true, false], all.Select(c => c.Reward is null));
        using IChatClient never = new Saying(() => new string('7', 10_000)).AsBuilder().UseBestOf(2, rewards).Build();
        Assert.Contains("context", (await Assert.ThrowsAsync<InputException>(
            () => never.GetResponseAsync(TinyChat.Question))).Message, StringComparison.Ordinal);
    }

    private sealed class Saying(Func<string> say) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, say())));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    [Fact]
    public void A_pipeline_without_a_reward_is_told_where_one_comes_from()
    {
        InputException e = Assert.Throws<InputException>(() => TinyChat.Client().AsBuilder().UseReward().Build());
        Assert.Equal("UseReward: expected a reward model among the services, found none; call services.AddInnate, or hand one "
            + "over.", e.Message);
    }

    [Fact]
    public void Two_models_have_two_names()
    {
        IServiceCollection services = new ServiceCollection()
            .AddInnate("sure", o => o.Reward = RewardKind.MeanLogLikelihood)
            .AddInnate("other", o => o.Reward = RewardKind.Entropy);
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal(RewardKind.MeanLogLikelihood, provider.GetRequiredKeyedService<RewardModel>("sure").Kind);
        Assert.Equal(RewardKind.Entropy, provider.GetRequiredKeyedService<RewardModel>("other").Kind);
        Assert.NotNull(provider.GetRequiredKeyedService<IChatClient>("other"));
        Assert.Null(provider.GetService<RewardModel>());
        Assert.Equal("AddInnate: the name 'sure' is taken by another model, found innate-tiny under it too; give each model a "
            + "name of its own.", Assert.Throws<InputException>(() => services.AddInnate("sure")).Message);
        services.AddInnate();
        Assert.Contains("give it a name", Assert.Throws<InputException>(() => services.AddInnate()).Message,
            StringComparison.Ordinal);
    }
}
