using Innate;
using Innate.Rewards;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Examples;

/// <summary>Innate among an application's services.</summary>
public static class DependencyInjection
{
    public static async Task RunAsync(TextWriter output)
    {
        var services = new ServiceCollection();
        services.AddInnate(o =>
        {
            o.Model = "innate-tiny"; // or a folder, or a hub name
            o.Reward = RewardKind.MeanLogLikelihood;
            o.BestOf = 4;
        });

        await using ServiceProvider provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IChatClient>();
        ChatResponse response = await client.GetResponseAsync("What is 47 + 85?");
        await output.WriteLineAsync(response.Text);

        var rewards = provider.GetRequiredService<RewardModel>();
        await output.WriteLineAsync($"{rewards.Score("What is 47 + 85?", response.Text):0.00}");
    }
}
