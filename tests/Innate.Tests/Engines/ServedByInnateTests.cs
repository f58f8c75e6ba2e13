using System.Text.Json;
using Innate.Checkpoints;
using Innate.Server;
using Innate.Tests.Cli;

namespace Innate.Tests.Engines;

/// <summary>A second Innate behind --engine: what it says is what this one would have said, to the bit.</summary>
public sealed class ServedByInnateTests
{
    private static readonly string Rows = string.Concat(Enumerable.Range(10, 30).Select(i =>
        $$"""{"id":{{i}},"prompt":"What is {{i}} + {{3 * i}}?","responses":["{{4 * i}}","{{(4 * i) + 1}}","Ones: {{i}}. The answer is {{4 * i}}."]}""" + "\n"));

    [Fact]
    public async Task Rewards_traces_and_resumed_runs_are_the_local_ones_byte_for_byte()
    {
        await using RewardServer server = await RewardServer.Start(
            new ServerOptions { Folder = EmbeddedModel.Folder, Urls = "http://127.0.0.1:0", ApiKeys = ["sesame"], Threads = 1 });
        const string Key = "INNATE_TEST_SERVED_KEY";
        Environment.SetEnvironmentVariable(Key, "sesame");
        try
        {
            string[] engine = ["--engine", server.Addresses[0], "--engine-key-env", Key, "--model", EmbeddedModel.Name];
            foreach (string[] reward in (string[][])[
                ["--reward", "endogenous"],
                ["--reward", "endogenous", "--alpha", "0.5", "--gamma", "0.9", "--beta", "0.1", "--tokens"],
                ["--reward", "self-certainty", "--tokens"], ["--reward", "entropy"], ["--reward", "mean-log-likelihood"]])
            {
                CliResult here = RealCli.Run(["score", .. reward], Rows),
                    there = RealCli.Run(["score", .. engine, .. reward], Rows);
                Assert.Equal((0, ""), (there.Code, there.Error));
                Assert.Equal(here.Output, there.Output);
            }

            string[] rank = ["rank", "--json", "--prompt", "What is 47 + 85?", "--response", "132", "--response", "122"];
            Assert.Equal(RealCli.Run(rank).Output, RealCli.Run([.. rank, .. engine]).Output);

            string[] generate = ["generate", "--json", "--temperature", "0", "--max-tokens", "40", "--prompt",
                "What is 47 + 85?"];
            Assert.Equal(RealCli.Run(generate).Output, RealCli.Run([.. generate, .. engine]).Output);

            CliResult bad = RealCli.Run(["score", .. engine], """{"prompt_ids":[1],"response_ids":[999999]}""");
            Assert.Equal(2, bad.Code);
            Assert.Contains("999999", JsonDocument.Parse(bad.Output).RootElement.GetProperty("error").GetString(),
                StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Key, null);
        }
    }
}
