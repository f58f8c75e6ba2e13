using Innate.Checkpoints;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Server;

/// <summary>A served model as another command's <c>--engine</c>, in its own dialect and in those that it borrows.</summary>
public sealed class ServedEngineTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    private const string Rows = """
        {"prompt":"What is 47 + 85?","responses":["132","122"]}
        {"prompt":"What is 9 - 5?","response":"4"}
        {"prompt_ids":[300,301,5],"response_ids":[17,18]}

        """;

    private string Address => tiny.Server.Address.ToString();

    [Theory]
    [InlineData("innate", "endogenous", "--alpha", "0.7", "--gamma", "0.9")]
    [InlineData("innate", "self-certainty", "--tokens")]
    [InlineData("innate", "entropy")]
    [InlineData("vllm", "log-likelihood")]
    [InlineData("sglang", "endogenous-logprob", "--gamma", "0.9")]
    public void Rewards_over_there_are_the_rewards_here(string kind, string reward, params string[] more)
    {
        CliResult here = RealCli.Run(["score", "--reward", reward, .. more], Rows);
        CliResult there = RealCli.Run(
            ["score", "--engine", Address, "--engine-kind", kind, "--model", EmbeddedModel.Folder, "--reward", reward, .. more],
            Rows);
        Assert.Equal((here.Code, here.Output), (there.Code, there.Output));
    }

    [Fact]
    public void It_says_itself_what_it_is_and_draws_what_is_drawn_here()
    {
        string[] ask = ["generate", "--prompt", "What is 47 + 85?", "--temperature", "0", "--max-tokens", "40", "--json"];
        CliResult there = RealCli.Run([.. ask, "--engine", Address, "--model", EmbeddedModel.Folder]);
        Assert.Equal(RealCli.Run(ask).Output, there.Output);
    }

    [Fact]
    public async Task A_model_without_a_tokenizer_serves_ids()
    {
        string folder = Path.Combine(Places.Fixtures, "models", "llama");
        await using RunningServer server = await RunningServer.Start(folder: folder);
        const string Row = """{"prompt_ids":[1,2,3],"responses_ids":[[4,5],[6]]}""";
        string address = server.Address.ToString();
        string local = RealCli.Run(["score", "--model", folder, "--reward", "log-likelihood"], Row).Output;
        Assert.Equal(
            local, await Task.Run(() => RealCli.Run(["score", "--engine", address, "--reward", "log-likelihood"], Row).Output));
        Reply drawn = await server.Post(
            "/v1/completions", """{"prompt":[1,2,3],"max_tokens":3,"temperature":0,"logprobs":1,"return_token_ids":true}""");
        Assert.Equal(3, drawn.Json.GetProperty("choices")[0].GetProperty("token_ids").GetArrayLength());
        Assert.StartsWith("token_id:", drawn.Json.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("tokens")[0]
            .GetString(), StringComparison.Ordinal);
        Assert.Equal(
            "llama has no tokenizer.json: give ids (\"prompt_ids\", \"response_ids\") instead of text",
            (await server.Post("/v1/rewards", """{"prompt":"a","response":"b"}""")).Error);
    }
}
