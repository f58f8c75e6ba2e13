using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Innate.Checkpoints;
using Innate.Engines;
using Innate.Models;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>
/// Two vLLM engines, one that tells log-probabilities and one that tells logits, give the endogenous reward of a model that runs
/// here, within the spread that they are found to have.
/// </summary>
public sealed partial class EnginePairTests
{
    private const double Noise = 1e-3;

    private const string Rows = """
        {"prompt":"What is 47 + 85?","responses":["132","122","It is 132."]}
        {"prompt":"What is 9 - 5?","responses":["4","5","Ones: 9 - 5 = 4. The answer is 4."]}
        {"prompt":"What is 12 + 30?","chosen":"42","rejected":"43"}
        {"prompt":"What is 6 + 6?","response":"12"}

        """;

    [Theory]
    [InlineData("1")]
    [InlineData("0.9")]
    [InlineData("0")]
    public void Any_discount_gives_the_rewards_of_the_model_here(string gamma)
    {
        using ModelSession model = ModelSession.Open(new ModelSource());
        RequireAlike(model, [], gamma, Rows);
    }

    [SharedFact("models/smollm2")]
    public void A_real_model_too()
    {
        string folder = Path.Combine(Places.Shared, "models", "smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");
        using ModelSession model = ModelSession.Open(folder);
        RequireAlike(model, ["--model", folder], "0.95", Rows);
    }

    [Fact]
    public void Traces_are_told_without_what_two_numbers_a_token_do_not_tell()
    {
        using ModelSession model = ModelSession.Open(new ModelSource());
        using VllmStandIn probabilities = new(model, logits: false), logits = new(model, logits: true);
        string[] pair = ["--engine", $"{probabilities.Address}", "--engine-logits", $"{logits.Address}"];
        string ids = """{"prompt_ids":[11,12,13],"response_ids":[14,15,16,17]}""" + "\n";
        CliResult result = RealCli.Run(["score", .. pair, "--tokens"], ids);
        Assert.Equal(0, result.Code);
        Schemas.RequireLines("scored-row", result.Output);
        JsonElement trace = JsonDocument.Parse(result.Output).RootElement.GetProperty("trace");
        Assert.Equal(["tokens", "q", "v", "v_next", "logprob", "reward"], trace.EnumerateObject().Select(p => p.Name));
        TokenTrace here = model.Traces.Trace([new TraceQuery([11, 12, 13], [[14, 15, 16, 17]])])[0][0];
        Assert.All(Enumerable.Range(0, 4), h => Assert.Equal(here.V[h], trace.GetProperty("v")[h].GetDouble(), 1e-4));

        Assert.Contains("reward: entropy needs the entropy of the whole distribution, but vllm at", RealCli.Run(
            ["score", .. pair, "--reward", "entropy"], ids).Error, StringComparison.Ordinal);
        Assert.Contains("tells Q and V alone; expected one of endogenous, endogenous-logprob", RealCli.Run(
            ["score", .. pair, "--reward", "entropy"], ids).Error, StringComparison.Ordinal);
        CliResult tempered = RealCli.Run(["score", .. pair, "--alpha", "2"], ids);
        Assert.Contains("1 with a pair of engines", tempered.Output + tempered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_pair_is_refused_before_any_row_is_asked()
    {
        using Support.TemporaryFolder folder = new();
        Assert.Equal(0, RealCli.Run(["new-model", "--out", folder["other"], "--family", "llama", "--hidden", "32", "--layers",
            "2", "--heads", "4", "--kv-heads", "2", "--mlp", "64", "--seed", "5"]).Code);
        using ModelSession model = ModelSession.Open(new ModelSource()), other = ModelSession.Open(folder["other"]);
        using VllmStandIn probabilities = new(model, logits: false), logits = new(model, logits: true);
        using VllmStandIn old = new(model, logits: false), another = new(other, logits: true);
        using FakeEngine sglang = new(EngineKind.Sglang), innate = new(EngineKind.Innate);
        foreach ((Uri one, Uri two, string said) in ((Uri, Uri, string)[])
        [
            (probabilities.Address, another.Address,
                "expected the model that the other engine serves, found another: V(s) = Q - log pi"),
            (probabilities.Address, old.Address,
                "expected logits, found log-probabilities: does it run with --logprobs-mode raw_logits"),
            (logits.Address, probabilities.Address, "found one that tells logits: name first the one in raw_logprobs mode"),
            (probabilities.Address, sglang.Address,
                "expected vLLM in raw_logits mode, one of a pair, found sglang, which hands out no"),
            (innate.Address, logits.Address,
                "expected vLLM in raw_logprobs mode, one of a pair, found innate, which tells whole traces"),
        ])
        {
            CliResult result = RealCli.Run(["score", "--engine", $"{one}", "--engine-logits", $"{two}"], Rows);
            Assert.Equal((2, ""), (result.Code, result.Output));
            Assert.Contains(said, result.Error, StringComparison.Ordinal);
            Assert.Equal(1, result.Error.Count(c => c == '\n'));
        }

        Assert.Equal("innate: --engine-logits needs --engine URL.\n",
            RealCli.Run(["score", "--engine-logits", $"{logits.Address}"], Rows).Error);
    }

    [Fact]
    public void A_token_that_never_comes_has_no_V_and_does_not_make_two_models_of_one()
    {
        TokenValues[] probabilities = [new(double.NegativeInfinity, Likeliest(-0.1)), new(-1, Likeliest(-0.5))];
        TokenValues[] logits = [new(double.NegativeInfinity, Likeliest(3.9)), new(2, Likeliest(2.5))];
        EnginePair.PairedTrace pair = EnginePair.Join([3, 4], probabilities, logits, "x");
        Assert.True(double.IsNaN(pair.Trace.V[0]));
        Assert.Equal(3, pair.Trace.V[1]);
        Assert.Equal([0.0], pair.Apart);
        Assert.Equal(double.NegativeInfinity, TokenValues.OrNever(-9999));

        static Dictionary<int, double> Likeliest(double number) => new() { [7] = number };
    }

    private static void RequireAlike(ModelSession model, string[] tokenizer, string gamma, string rows)
    {
        using VllmStandIn probabilities = new(model, logits: false, Noise), logits = new(model, logits: true, Noise);
        string[] score = ["score", "--gamma", gamma, "--tokens"];
        string[] inside = tokenizer.Length == 0 ? ["--model", EmbeddedModel.Folder] : tokenizer;

        // One at a time: the stand-ins compute on this machine's threads, which requests that wait would hold.
        CliResult pair = RealCli.Run(
            [.. score, "--engine", $"{probabilities.Address}", "--engine-logits", $"{logits.Address}", "--engine-requests", "1",
                .. inside], rows);
        CliResult here = RealCli.Run([.. score, .. tokenizer], rows);
        Assert.Equal((0, 0), (pair.Code, here.Code));
        Match told = SpreadSentence().Match(pair.Error);
        Assert.True(told.Success, pair.Error);
        double spread = Math.Max(Number(told, 1), Number(told, 2));
        Assert.True(spread is > Noise and < 4 * Noise + 1e-5, pair.Error);
        int tokens = 0;
        foreach ((JsonElement theirs, JsonElement ours) in Traces(pair).Zip(Traces(here)))
        {
            for (int h = 0; h < ours.GetProperty("tokens").GetArrayLength(); h++, tokens++)
            {
                Assert.Equal(At(ours, "v", h), At(theirs, "v", h), spread);

                // A token's reward has Q, V and V' in it.
                Assert.Equal(At(ours, "reward", h), At(theirs, "reward", h), 2 * spread);
            }
        }

        Assert.True(tokens >= 20);
    }

    private static double Number(Match match, int group) =>
        double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static double At(JsonElement trace, string part, int h) => trace.GetProperty(part)[h].GetDouble();

    private static IEnumerable<JsonElement> Traces(CliResult result) => result.Lines
        .Select(l => JsonDocument.Parse(l).RootElement)
        .SelectMany(row => row.EnumerateObject().Where(p => p.Name.StartsWith("trace", StringComparison.Ordinal)))
        .SelectMany(p => p.Value.ValueKind == JsonValueKind.Array ? p.Value.EnumerateArray().ToArray() : [p.Value]);

    [GeneratedRegex(@"asked twice it moved by at most ([0-9.]+) nats .* give one at most ([0-9.]+) nats away")]
    private static partial Regex SpreadSentence();
}
