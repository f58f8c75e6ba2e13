using System.Globalization;
using System.Runtime.CompilerServices;
using Innate.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Innate.Tests.Extensions;

/// <summary>N answers, the best one given, all of them told.</summary>
public sealed class BestOfNChatClientTests
{
    private static readonly Dictionary<string, double?> Rewards = new(StringComparer.Ordinal)
    {
        ["answer 10"] = 1, ["answer 11"] = null, ["answer 12"] = 5, ["answer 13"] = 5, ["answer 14"] = double.NaN,
    };

    [Fact]
    public async Task The_best_is_given_and_all_are_told_in_order()
    {
        using var inner = new SeedClient();
        IReadOnlyList<ChatMessage>? heard = null;
        using var best = new BestOfNChatClient(inner, 5, (messages, candidates, _) =>
        {
            heard = messages;
            return Task.FromResult<IReadOnlyList<double?>>([.. candidates.Select(c => Rewards[c])]);
        });
        var options = new ChatOptions { Seed = 10, Instructions = "Be kind.", Temperature = 0.5f };
        ChatResponse answer = await best.GetResponseAsync(TinyChat.Question, options);

        Assert.Equal("answer 12", answer.Text); // of equals the first; what cannot be scored does not win
        Assert.Equal(5.0, answer.AdditionalProperties![BestOfNChatClient.Reward]);
        Assert.Equal("own", answer.AdditionalProperties["inner"]);
        var all = (IReadOnlyList<BestOfNCandidate>)answer.AdditionalProperties[BestOfNChatClient.Candidates]!;
        Assert.Equal(Rewards.Keys, all.Select(c => c.Response.Text));
        Assert.Equal(Rewards.Values, all.Select(c => c.Reward));
        Assert.Equal(10 + 11 + 12 + 13 + 14, answer.Usage!.OutputTokenCount);
        Assert.Equal(["Be kind.", "What is 47 + 85?"], heard!.Select(m => m.Text));
        Assert.Equal(10, options.Seed); // the caller's own options stay as they were
        Assert.All(inner.Asked, o => Assert.Equal((0.5f, "Be kind."), (o.Temperature, o.Instructions)));

        ChatResponse streamed = await best.GetStreamingResponseAsync(TinyChat.Question, options).ToChatResponseAsync();
        Assert.Equal("answer 12", streamed.Text);
        Assert.Equal(answer.Usage.OutputTokenCount, streamed.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task The_models_own_reward_chooses_among_its_own_answers()
    {
        using InnateChatClient client = TinyChat.Client();
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        using var best = new BestOfNChatClient(client, 6, rewards);
        var options = new ChatOptions { Temperature = 1.5f, MaxOutputTokens = 12 };
        ChatResponse answer = await best.GetResponseAsync(TinyChat.Question, options);
        var all = (IReadOnlyList<BestOfNCandidate>)answer.AdditionalProperties![BestOfNChatClient.Candidates]!;
        Assert.True(all.Select(c => c.Response.Text).Distinct().Count() > 1);
        foreach (BestOfNCandidate c in all)
        {
            Assert.Equal(c.Response.Text.Length == 0 ? null : rewards.Score("What is 47 + 85?", c.Response.Text), c.Reward);
        }

        Assert.Equal(all.Max(c => c.Reward), answer.AdditionalProperties[BestOfNChatClient.Reward]);
        Assert.Equal(all.MaxBy(c => c.Reward)!.Response.Text, answer.Text);
        Assert.Equal(answer.Text, (await best.GetResponseAsync(TinyChat.Question, options)).Text);
    }

    [Fact]
    public async Task No_answer_is_made_up_where_none_can_be_scored()
    {
        using var inner = new SeedClient();
        using var none = new BestOfNChatClient(inner, 2, (_, c, _) =>
            Task.FromResult<IReadOnlyList<double?>>([null, double.NaN]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => none.GetResponseAsync(TinyChat.Question));
        using var few = new BestOfNChatClient(inner, 2, (_, c, _) => Task.FromResult<IReadOnlyList<double?>>([1]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => few.GetResponseAsync(TinyChat.Question));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BestOfNChatClient(inner, 0, (_, _, _) => null!));
    }

    /// <summary>Answers with its seed, later seeds first.</summary>
    private sealed class SeedClient : IChatClient
    {
        public List<ChatOptions> Asked { get; } = [];

        public async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            lock (Asked) Asked.Add(options!);
            long seed = options!.Seed!.Value;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, 40 - (3 * seed))), cancellationToken);
            return new ChatResponse(
                new ChatMessage(ChatRole.Assistant, string.Create(CultureInfo.InvariantCulture, $"answer {seed}")))
            {
                Usage = new UsageDetails { OutputTokenCount = seed },
                AdditionalProperties = new() { ["inner"] = "own" },
            };
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ChatResponseUpdate u in (await GetResponseAsync(messages, options, cancellationToken))
                .ToChatResponseUpdates())
            {
                yield return u;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
