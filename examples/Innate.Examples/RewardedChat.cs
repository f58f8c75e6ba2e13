using Innate;
using Innate.Extensions.AI;
using Innate.Rewards;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Examples;

/// <summary>Rewards in a pipeline of chat clients.</summary>
public static class RewardedChat
{
    public static async Task RunAsync(TextWriter output)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddInnate(o => o.Reward = RewardKind.MeanLogLikelihood)
            .BuildServiceProvider();
        var answers = services.GetRequiredService<IChatClient>(); // or any other client

        using IChatClient rewarded = answers.AsBuilder().UseReward().Build(services);
        await foreach (ChatResponseUpdate update in rewarded.GetStreamingResponseAsync("What is 47 + 85?"))
        {
            await output.WriteAsync(update.Text);
            if (update.AdditionalProperties?.TryGetValue(RewardChatClient.Reward, out double reward) is true)
            {
                await output.WriteLineAsync();
                await output.WriteLineAsync($"reward {reward:0.00}");
            }
        }

        using IChatClient best = answers.AsBuilder().UseBestOf(4).Build(services);
        ChatResponse response = await best.GetResponseAsync("What is 47 + 85?", new() { Temperature = 1, Seed = 1 });
        await output.WriteLineAsync(
            $"best of 4: reward {response.AdditionalProperties![BestOfNChatClient.Reward]:0.00}, "
            + $"{response.Usage!.OutputTokenCount} tokens of all four");
    }
}
