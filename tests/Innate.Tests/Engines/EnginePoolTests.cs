using System.Collections.Concurrent;
using Innate.Engines;
using Innate.Models;
using Innate.Tests.Cli;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>Several engines of one model: order and results as with one, whichever of them lives.</summary>
public sealed class EnginePoolTests
{
    private static readonly string Rows = string.Concat(Enumerable.Range(0, 60).Select(
        i => $$"""{"id":{{i}},"prompt_ids":[{{1 + i}},2,3],"responses_ids":[[4,{{5 + i % 30}}],[6,7,8]]}""" + "\n"));

    [Theory]
    [InlineData("vllm", "log-likelihood")]
    [InlineData("innate", "endogenous")]
    public void Four_engines_of_which_two_die_lose_nothing(string kind, string reward)
    {
        FakeEngine[] engines = [.. Enumerable.Range(0, 4).Select(_ => new FakeEngine(EngineNames.Find(kind)!.Value))];
        try
        {
            string[] score = ["score", "--reward", reward];
            string expected = RealCli.Run([.. score, "--engine", $"{engines[0].Address}"], Rows).Output;
            foreach (int dies in (int[])[1, 3])
            {
                int answered = 0;
                FakeEngine dying = engines[dies];
                dying.Instead = (_, number) => number < 0 || Interlocked.Increment(ref answered) <= 2 ? null : FakeEngine.Death;
            }

            CliResult result = RealCli.Run(
                [.. score, "--engine-requests", "2", .. engines.SelectMany(e => (string[])["--engine", $"{e.Address}"])], Rows);
            Assert.True(result.Code == 0, result.Error);
            Assert.Equal(expected, result.Output);
            Assert.True(engines[0].Posts.Length > 10 && engines[2].Posts.Length > 10);
            foreach (int dies in (int[])[1, 3])
            {
                Assert.Contains(
                    $"the engine {engines[dies].Address.ToString().TrimEnd('/')}: ", result.Error, StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (FakeEngine engine in engines) engine.Dispose();
        }
    }

    [Fact]
    public void One_that_is_busy_for_a_while_comes_back_and_one_that_fails_for_good_is_left_out()
    {
        using FakeEngine well = new(EngineKind.Vllm), busy = new(EngineKind.Vllm), broken = new(EngineKind.Vllm);
        busy.Instead = (_, number) => number is >= 0 and < 2 ? new EngineAnswer(503, "{}") : null;
        broken.Instead = (_, number) => number >= 0 ? new EngineAnswer(500, """{"error":"out of memory"}""") : null;
        ConcurrentQueue<string> told = [];
        using RemoteEngine engine = RemoteEngine.Connect(well.Settings with
        {
            Others = [busy.Address, broken.Address], Requests = 1, Attempts = 3, Tell = told.Enqueue,
        });
        TraceQuery[] queries = [.. Enumerable.Range(1, 80).Select(i => new TraceQuery([i], [[2, 3, i]]))];
        for (int round = 0; round < 20 && !told.Any(t => t.Contains("left out", StringComparison.Ordinal)); round++)
        {
            IReadOnlyList<TokenTrace[]> traces = engine.Trace(queries);
            Assert.All(traces.Zip(queries), t => Assert.Equal(
                well.Trace(t.Second.Prompt, t.Second.Responses[0]).LogProbability, t.First[0].LogProbability));
            Thread.Sleep(5);
        }

        Assert.Equal(3, broken.Posts.Length);
        Assert.True(busy.Posts.Length > 2);
        Assert.Contains(
            $"the engine {broken.Address.ToString().TrimEnd('/')}: it answered 500: out of memory; it is left out, and the "
            + "others go on", told);
        Assert.Single(told, t => t.Contains(busy.Address.ToString().TrimEnd('/'), StringComparison.Ordinal));
    }

    [Fact]
    public void All_gone_is_a_failure_that_names_the_last()
    {
        using FakeEngine one = new(EngineKind.Vllm), two = new(EngineKind.Vllm);
        one.Instead = two.Instead = (_, number) => number >= 0 ? new EngineAnswer(500, "{}") : null;
        using RemoteEngine engine = RemoteEngine.Connect(one.Settings with { Others = [two.Address], Attempts = 2 });
        string message = Assert.Throws<EngineException>(() => engine.Trace([new TraceQuery([1], [[2]])])).Message;
        Assert.Matches("^All engines failed; the last one: http://127.0.0.1:[0-9]+: it answered 500[.]$", message);
    }

    [Fact]
    public void One_that_cannot_be_reached_is_left_out_and_another_model_is_refused()
    {
        using FakeEngine one = new(EngineKind.Vllm), other = new(EngineKind.Vllm) { Served = "org/other-7b" };
        using FakeEngine gone = new(EngineKind.Vllm);
        gone.Dispose();
        ConcurrentQueue<string> told = [];
        using (RemoteEngine engine = RemoteEngine.Connect(
            one.Settings with { Others = [gone.Address], Attempts = 2, Tell = told.Enqueue }))
        {
            Assert.Single(engine.Trace([new TraceQuery([1], [[2]])]));
        }

        Assert.StartsWith("an engine is left out, for it cannot be reached: ", Assert.Single(told), StringComparison.Ordinal);
        CliResult result = RealCli.Run(["score", "--engine", $"{one.Address}", "--engine", $"{other.Address}"], Rows);
        Assert.Equal(2, result.Code);
        Assert.Contains(
            "expected engines that serve one model, found the model org/fake-7b at", result.Error, StringComparison.Ordinal);
        Assert.Contains("found http", RealCli.Run(
            ["score", "--engine", $"{one.Address}", "--engine", $"{one.Address}"], Rows).Error, StringComparison.Ordinal);
    }
}
