using System.Text.Json.Nodes;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Engines;

/// <summary>What a user of an engine over HTTP relies on: its numbers, in order, and patience with what may pass.</summary>
public sealed class RemoteEngineTests
{
    private static readonly TraceQuery[] Queries =
    [
        new([3, 1, 4], [[1, 5], [9, 2, 6], [5]]),
        new([8], [[2, 8, 1, 8, 2, 8]]),
        new([1, 2, 3, 4, 5, 6, 7, 8], [[11, 12], [11, 12], [13, 14, 15]]),
    ];

    [Theory]
    [InlineData("vllm")]
    [InlineData("sglang")]
    public void Engines_that_keep_their_logits_tell_log_probabilities_and_nothing_made_up(string kind)
    {
        using var fake = new FakeEngine(EngineNames.Find(kind)!.Value);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        IReadOnlyList<TokenTrace[]> traces = engine.Trace(Queries);
        ForEachResponse((q, r, prompt, response) =>
        {
            TokenTrace trace = traces[q][r];
            double[] expected = fake.Trace(prompt, response).LogProbability;
            Assert.Equal(response, trace.Tokens);
            Assert.Equal(expected, trace.LogProbability);
            Assert.Equal(expected.Sum(), LogLikelihood.Sum(trace).Value);
            Assert.Throws<InvalidOperationException>(() => trace.V);
            Assert.Throws<InvalidOperationException>(() => trace.SelfCertainty(0));
        });
        Assert.Equal(TraceParts.LogProbabilities, engine.Parts);
        Assert.Equal((FakeEngine.Model, kind), (engine.Model, EngineNames.NameOf(engine.Kind)));
        Assert.Equal(FakeEngine.Context - 1, engine.MaxPositions);
        Assert.Equal(7, fake.Posts.Length);
    }

    [Fact]
    public void Another_innate_tells_whole_traces_bit_for_bit_and_gets_a_group_at_once()
    {
        using var fake = new FakeEngine(EngineKind.Innate);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        IReadOnlyList<TokenTrace[]> traces = engine.Trace(Queries, alpha: 0.5);
        ForEachResponse((q, r, prompt, response) =>
        {
            TokenTrace expected = fake.Trace(prompt, response), trace = traces[q][r];
            Assert.Equal(expected.Q, trace.Q);
            Assert.Equal(expected.V, trace.V);
            Assert.Equal(expected.LogProbability, trace.LogProbability);
            Assert.Equal(expected.Entropy, trace.Entropy);
            Assert.Equal(Certainties(expected), Certainties(trace));
            Assert.Equal(0.5, trace.Alpha);
        });
        Assert.Equal(TraceParts.All, engine.Parts);
        Assert.Equal(FakeEngine.Context, engine.MaxPositions);
        Assert.Equal(3, fake.Posts.Length);
        Assert.Equal(0.5, fake.Posts[0].Body!["alpha"]!.GetValue<double>());

        static double[] Certainties(TokenTrace t) => [.. Enumerable.Range(0, t.Length).Select(t.SelfCertainty)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Answers_that_come_out_of_order_are_given_in_order_and_requests_at_once_are_bounded(int requests)
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (call, n) => n < 0 ? null
            : new EngineAnswer(200, fake.Answer(call).ToJsonString(), TimeSpan.FromMilliseconds(n % 2 == 0 ? 60 : 5));
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Requests = requests });
        IReadOnlyList<TokenTrace[]> traces =
            engine.Trace([.. Enumerable.Range(1, 12).Select(i => new TraceQuery([i], [[i, i]]))]);
        for (int i = 1; i <= 12; i++) Assert.Equal(fake.Trace([i], [i, i]).LogProbability, traces[i - 1][0].LogProbability);
        Assert.InRange(fake.MostAtOnce, Math.Min(requests, 2), requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_may_pass_is_tried_again(int status)
    {
        using var fake = new FakeEngine(EngineKind.Sglang);
        fake.Instead = (_, n) => n is 0 or 1 ? new EngineAnswer(status, """{"error":{"message":"busy"}}""") : null;
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        Assert.Equal(2, engine.Trace([new TraceQuery([1], [[2, 3]])])[0][0].Length);
        Assert.Equal(3, fake.Posts.Length);
    }

    [Fact]
    public void A_busy_engine_is_given_the_time_that_it_asks_for()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (_, n) => n == 0 ? new EngineAnswer(429, "", default, ("Retry-After", "1")) : null;
        RecordedPauses pauses = new();
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Clock = pauses });
        engine.Trace([new TraceQuery([1], [[2]])]);
        Assert.Equal([1], pauses.All.Select(p => p.TotalSeconds));

        fake.Instead = (_, _) => new EngineAnswer(429, "", default, ("Retry-After", "3600"));
        string said = Assert.Throws<EngineException>(() => engine.Trace([new TraceQuery([1], [[2]])])).Message;
        Assert.Contains("a pause of 3600 seconds", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_keeps_failing_is_given_up_in_one_sentence()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (_, n) => n < 0 ? null : new EngineAnswer(500, """{"error":{"message":"CUDA out\nof memory."}}""");
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Attempts = 3 });
        string said = Assert.Throws<EngineException>(() => engine.Trace([new TraceQuery([1], [[2]])])).Message;
        Assert.Equal($"{fake.Address}v1/completions: failed 3 times in a row: it answered 500: CUDA out of memory.", said);
        Assert.Equal(3, fake.Posts.Length);
    }

    [Fact]
    public void A_request_that_the_engine_stays_silent_on_is_sent_again()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (call, n) => n == 0 ? new EngineAnswer(200, fake.Answer(call).ToJsonString(), TimeSpan.FromMinutes(1))
            : null;
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Deadline = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(fake.Trace([1], [2]).LogProbability, engine.Trace([new TraceQuery([1], [[2]])])[0][0].LogProbability);
        Assert.Equal(2, fake.Posts.Length);

        fake.Instead = (_, _) => new EngineAnswer(200, "{}", TimeSpan.MaxValue);
        string said = Assert.Throws<EngineException>(() =>
            RemoteEngine.Connect(fake.Settings with { Deadline = TimeSpan.FromMilliseconds(50), Attempts = 2 })).Message;
        Assert.Equal($"{fake.Address}v1/models: failed 2 times in a row: no answer within 0.05 seconds.", said);
    }

    [Fact]
    public void What_the_engine_refuses_is_the_inputs_fault_and_is_not_tried_again()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (_, n) => n < 0 ? null
            : new EngineAnswer(400, """{"object":"error","message":"This model's maximum is 10."}""");
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        string said = Assert.Throws<InputException>(() => engine.Trace([new TraceQuery([1], [[2]])])).Message;
        Assert.Equal($"{fake.Address}v1/completions: the engine refused the request (400: This model's maximum is 10).", said);
        Assert.Single(fake.Posts);
    }

    [Fact]
    public void The_key_is_sent_and_its_absence_is_told()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (call, _) => call.Key == "Bearer sesame" ? null : new EngineAnswer(401, """{"error":"Unauthorized"}""");
        string said = Assert.Throws<InputException>(() => RemoteEngine.Connect(fake.Settings)).Message;
        Assert.Equal($"{fake.Address}v1/models: the engine wants a key, and none was given (401: Unauthorized).", said);
        said = Assert.Throws<InputException>(() => RemoteEngine.Connect(fake.Settings with { Key = "open" })).Message;
        Assert.Contains("does not accept the key", said, StringComparison.Ordinal);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Key = "sesame" });
        engine.Trace([new TraceQuery([1], [[2]])]);
    }

    [Fact]
    public void The_key_does_not_follow_a_redirect()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Instead = (_, _) => new EngineAnswer(307, "", default, ("Location", "http://elsewhere.example/"));
        string said = Assert.Throws<InputException>(() => RemoteEngine.Connect(fake.Settings with { Key = "k" })).Message;
        Assert.Contains("redirects to http://elsewhere.example/ (307)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_is_not_there_is_one_sentence()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        fake.Dispose();
        string said = Assert.Throws<EngineException>(() => RemoteEngine.Connect(fake.Settings with { Attempts = 2 })).Message;
        Assert.StartsWith($"{fake.Address}v1/models: failed 2 times in a row: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_that_goes_away_does_not_wait_for_the_engine()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        fake.Instead = (_, _) => new EngineAnswer(200, "{}", TimeSpan.FromMinutes(1));
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Trace(Queries, cancellation: stop.Token));
    }

    [Fact]
    public async Task A_caller_with_a_single_threaded_context_is_not_locked_up()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        Task<int> call = Task.Factory.StartNew(
            () =>
            {
                SynchronizationContext.SetSynchronizationContext(new DeadContext());
                return engine.Trace(Queries).Count;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.Equal(3, await call.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("vllm", "/v1/completions")]
    [InlineData("sglang", "/generate")]
    [InlineData("innate", "/v1/completions")]
    public void Samples_are_drawn_as_asked_each_from_a_seed_of_its_own(string kind, string path)
    {
        using var fake = new FakeEngine(EngineNames.Find(kind)!.Value);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { Requests = 1 });
        var options = new SamplingOptions
        {
            Temperature = 0.7, TopK = 5, TopP = 0.9, MinP = 0.1, RepetitionPenalty = 1.1, FrequencyPenalty = 0.2,
                PresencePenalty = 0.3,
            MaxTokens = 1000, Seed = 42, StopIds = [7, 2],
        };
        var heard = new List<GeneratedToken>();
        IReadOnlyList<GeneratedResponse[]> all = engine.Generate([[5, 6], [9]], 2, options, heard.Add);
        Assert.Equal([[5, 0], [5, 0], [9, 0], [9, 0]], all.SelectMany(g => g).Select(r => r.TokenIds));
        Assert.All(all[0], r => Assert.Equal(FinishReason.Length, r.FinishReason));
        Assert.Equal(all.SelectMany(g => g).SelectMany(r => r.TokenIds), heard.Select(t => t.TokenId));
        Assert.Equal((1, 1, all[1][1].LogProbabilities[^1]), (heard[^1].Prompt, heard[^1].Response, heard[^1].LogProbability));

        // SGLang's own are those of the tempered distribution: they are asked for again.
        double[] expected = kind == "sglang" ? fake.Trace([5, 6], [5, 0]).LogProbability : [-0.5, -1];
        Assert.Equal(expected, all[0][1].LogProbabilities);

        JsonNode[] asked = Asked();
        Assert.Equal(4, asked.Length);
        JsonNode one = kind == "sglang" ? asked[0]["sampling_params"]! : asked[0];
        Assert.Equal(
            (0.7, 5, 0.9, 0.1, 1.1, 0.2, 0.3, "[2,7]"),
            (Real("temperature"), one["top_k"]!.GetValue<int>(), Real("top_p"), Real("min_p"), Real("repetition_penalty"),
                Real("frequency_penalty"), Real("presence_penalty"), one["stop_token_ids"]!.ToJsonString()));
        Assert.Equal(engine.MaxPositions - 2, one[kind == "sglang" ? "max_new_tokens" : "max_tokens"]!.GetValue<int>());
        int[] seeds = Seeds(asked);
        Assert.Equal(4, seeds.Distinct().Count());
        engine.Generate([[5, 6], [9]], 2, options);
        engine.Generate([[5, 6], [9]], 2, options with { Seed = 43 });
        int[] all12 = Seeds(Asked());
        Assert.Equal(seeds, all12[4..8]);
        Assert.Empty(seeds.Intersect(all12[8..]));

        engine.Generate([[9], [5, 6]], 2, options with { SeedsByPrompt = true });
        engine.Generate([[5, 6], [9]], 2, options with { SeedsByPrompt = true });
        int[] byPrompt = Seeds(Asked())[12..];
        Assert.Equal(byPrompt[..4], byPrompt[6..].Concat(byPrompt[4..6]));

        double Real(string name) => one[name]!.GetValue<double>();

        JsonNode[] Asked() =>
            [.. fake.Posts.Where(p => p.Path == path && p.Body!["return_logprob"] is null).Select(p => p.Body!)];

        static int[] Seeds(JsonNode[] asked) =>
            [.. asked.Select(a => (a["seed"] ?? a["sampling_params"]!["sampling_seed"])!.GetValue<int>())];
    }

    [Fact]
    public void A_stop_token_that_the_engine_left_out_is_put_back()
    {
        using var fake = new FakeEngine(EngineKind.Sglang);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings);
        fake.Change = answer =>
        {
            answer["meta_info"]!["finish_reason"] = new JsonObject { ["type"] = "stop", ["matched"] = 77 };
            return answer;
        };
        GeneratedResponse drawn = engine.Generate([[5]], 1, new SamplingOptions { StopIds = [77] })[0][0];
        Assert.Equal([5, 0, 77], drawn.TokenIds);
        Assert.Equal(3, drawn.LogProbabilities.Length);
        Assert.Equal(FinishReason.Stop, drawn.FinishReason);
    }

    [Fact]
    public void What_does_not_fit_the_engine_is_refused_before_it_is_sent()
    {
        using var fake = new FakeEngine(EngineKind.Vllm);
        using RemoteEngine engine = RemoteEngine.Connect(fake.Settings with { VocabularySize = 100 });
        Assert.Throws<InputException>(() => engine.Trace([new TraceQuery([1], [[100]])]));
        Assert.Throws<InputException>(() => engine.Trace([new TraceQuery([1], [new int[FakeEngine.Context - 1]])]));
        Assert.Throws<InputException>(() => engine.Trace([new TraceQuery([], [[1]])]));
        Assert.Throws<InputException>(() => engine.Trace([new TraceQuery([1], [[1]])], alpha: 0));
        Assert.Throws<InputException>(() => engine.Generate([new int[FakeEngine.Context - 1]], 1, new SamplingOptions()));
        Assert.Throws<InputException>(() => engine.Generate([[1]], 1, new SamplingOptions { Likeliest = 3 }));
        Assert.Empty(fake.Posts);
        Assert.Single(engine.Trace([new TraceQuery([1], [new int[FakeEngine.Context - 2]])]));
    }

    private static void ForEachResponse(Action<int, int, int[], int[]> check)
    {
        for (int q = 0; q < Queries.Length; q++)
        {
            for (int r = 0; r < Queries[q].Responses.Count; r++) check(q, r, Queries[q].Prompt, Queries[q].Responses[r]);
        }
    }

    /// <summary>A context whose one thread is busy: what is posted to it never runs.</summary>
    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
