using Innate;
using Innate.Scoring.Streams;

namespace Examples;

/// <summary>Rows scored as they come, from a producer of unknown length.</summary>
public static class StreamedScores
{
    public static async Task RunAsync(TextWriter output)
    {
        using RewardModel rewards = RewardModel.LoadDefault();
        await foreach (RewardedRow row in rewards.ScoreAsync(Sums()).Take(5))
        {
            await output.WriteLineAsync(row.Rewards is [double right, double wrong]
                ? $"{row.Row.Tag}: {right:0.00} above {wrong:0.00}"
                : $"{row.Row.Tag}: {row.Error}");
        }

        static async IAsyncEnumerable<RewardRow> Sums() // a queue, a database, a socket
        {
            for (int n = 1; ; n++)
            {
                await Task.Yield();
                yield return new RewardRow($"What is {n} + 85?", $"{n + 85}", $"{n + 75}") { Tag = $"{n} + 85" };
            }
        }
    }
}
