using Innate.Engines;
using Innate.Extensions.AI;
using Innate.Generation;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Engines;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Innate.Tests.Extensions;

/// <summary>Innate among an application's services.</summary>
public sealed class AddInnateTests
{
    [Fact]
    public async Task One_call_registers_a_model_its_reward_and_a_chat_client_and_the_container_frees_them()
    {
        ServiceProvider provider = new ServiceCollection().AddInnate().BuildServiceProvider(validateScopes: true);
        var model = provider.GetRequiredService<LanguageModel>();
        Assert.Same(model, provider.GetRequiredService<ITraceSource>());
        Assert.Same(model, provider.GetRequiredService<ITextGenerator>());
        Assert.Same(provider.GetRequiredService<Tokenizer>(), provider.GetRequiredService<IChatClient>().GetService<Tokenizer>());
        Assert.Same(provider.GetRequiredService<ChatFormat>(),
            provider.GetRequiredService<IChatClient>().GetService<ChatFormat>());
        using var expected = new RewardModel(TinyChat.Model, TinyChat.Format);
        Assert.Equal(
            expected.Score("What is 47 + 85?", ["132", "122"]),
            provider.GetRequiredService<RewardModel>().Score("What is 47 + 85?", ["132", "122"]));
        ChatResponse answer = await provider.GetRequiredService<IChatClient>()
            .GetResponseAsync(TinyChat.Question, new() { Temperature = 0 });
        Assert.Equal("innate-tiny", answer.ModelId);
        await provider.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => model.Trace([new TraceQuery([1], [[2]])]));
    }

    [Fact]
    public async Task Options_choose_model_reward_and_sampling()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddInnate(o =>
            {
                o.Reward = RewardKind.MeanLogLikelihood;
                o.RewardOptions = new RewardOptions { Gamma = 0.5 };
                o.Sampling = new SamplingOptions { Temperature = 0, MaxTokens = 3 };
                o.Loading = new LanguageModelOptions { Threads = 1 };
                o.BestOf = 3;
            })
            .BuildServiceProvider();
        Assert.Equal(RewardKind.MeanLogLikelihood, provider.GetRequiredService<RewardModel>().Kind);
        var client = provider.GetRequiredService<IChatClient>();
        ChatResponse answer = await client.GetResponseAsync(TinyChat.Question);
        Assert.Equal(3, ((IReadOnlyList<BestOfNCandidate>)answer.AdditionalProperties![BestOfNChatClient.Candidates]!).Count);
        Assert.Equal(9, answer.Usage!.OutputTokenCount);
        Assert.Throws<InputException>(() => new ServiceCollection().AddInnate(o => o.Model = "nowhere").BuildServiceProvider()
            .GetRequiredService<RewardModel>());
    }

    [Fact]
    public async Task A_remote_engine_takes_the_models_place()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        await using ServiceProvider provider = new ServiceCollection()
            .AddInnate(o =>
            {
                o.Engine = fake.Settings;
                o.Reward = RewardKind.LogLikelihood;
            })
            .BuildServiceProvider();
        Assert.IsType<RemoteEngine>(provider.GetRequiredService<ITraceSource>());
        int[] prompt = TinyChat.Format.EncodePrompt("1 + 1?").Ids, response = TinyChat.Format.ResponseIds("1 + 1?", "2");
        Assert.Equal(
            fake.Trace(prompt, response).LogProbability.Sum(), provider.GetRequiredService<RewardModel>().Score("1 + 1?", "2"));
        Assert.Equal(FakeEngine.Model, (await provider.GetRequiredService<IChatClient>().GetResponseAsync("1 + 1?")).ModelId);
    }

    [Fact]
    public void What_the_application_registered_itself_stays()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddSingleton<ITraceSource>(TinyChat.Model)
            .AddInnate()
            .BuildServiceProvider();
        Assert.Same(TinyChat.Model, provider.GetRequiredService<ITraceSource>());
    }
}
