using Innate.Checkpoints;
using Innate.Generation;
using Innate.Models;
using Innate.Server.Metrics;
using Innate.Server.Models;
using Innate.Server.Scheduling;
using Innate.Sessions;
using Innate.Traces;

namespace Innate.Tests.Server;

/// <summary>What the scheduler owes each request: its own faults alone, its own model, and its turn.</summary>
public sealed class SchedulerTests : IDisposable
{
    private static readonly ScoreKind Kind = new(Classify: false, Alpha: 1, Likeliest: -1, WithReference: false);

    private readonly Meters _meters = new();
    private readonly ServerMetrics _metrics;
    private readonly StepGate _gate = new();

    public SchedulerTests() => _metrics = new ServerMetrics(_meters);

    public void Dispose()
    {
        _gate.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task A_query_that_fails_does_not_fail_its_neighbours_in_the_batch()
    {
        SteppedModel source = new(_gate, failsOn: 66);
        using ServedModel model = Served(source);
        using Scheduler scheduler = new(100, 4, _metrics);
        ScoringWork first = Query(model, 1, 2);
        scheduler.Submit([first], default);
        _gate.WaitForEntry();
        ScoringWork[] together = [Query(model, 3, 4), Query(model, 5, 66), Query(model, 7, 8)];
        scheduler.Submit(together, default);
        _gate.Open();
        Assert.Equal(2, await IdOf(first));
        Assert.Equal(4, await IdOf(together[0]));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => together[1].Done);
        Assert.Equal("66", fault.Message);
        Assert.Equal(8, await IdOf(together[2]));

        // All three were one batch, and then each by itself.
        Assert.Equal(["2", "4 66 8", "4", "66", "8"], source.Batches);
    }

    [Fact]
    public async Task A_batch_is_of_one_model_where_a_reload_came_between()
    {
        SteppedModel before = new(_gate), after = new(_gate);
        using ServedModel old = Served(before), fresh = Served(after);
        using Scheduler scheduler = new(100, 4, _metrics);
        ScoringWork first = Query(old, 1, 2);
        scheduler.Submit([first], default);
        _gate.WaitForEntry();
        ScoringWork[] waiting = [Query(old, 1, 3), Query(fresh, 1, 4), Query(old, 1, 5), Query(fresh, 1, 6)];
        foreach (ScoringWork work in waiting) scheduler.Submit([work], default);
        _gate.Open();
        await Task.WhenAll(waiting.Select(w => w.Done));
        Assert.Equal(["2", "3 5"], before.Batches);
        Assert.Equal(["4 6"], after.Batches);
    }

    [Fact]
    public async Task Queries_of_different_kinds_are_not_computed_together()
    {
        SteppedModel source = new(_gate);
        using ServedModel model = Served(source);
        using Scheduler scheduler = new(100, 4, _metrics);
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();
        ScoringWork[] waiting = [Query(model, 1, 3), Query(model, 1, 4, Kind with { Alpha = 2 }), Query(model, 1, 5)];
        scheduler.Submit(waiting, default);
        _gate.Open();
        await Task.WhenAll(waiting.Select(w => w.Done));
        Assert.Equal(["2", "3 5", "4"], source.Batches);
        Assert.Equal([1, 1, 2], source.Alphas);
    }

    [Fact]
    public async Task A_batch_holds_no_more_tokens_than_its_budget()
    {
        SteppedModel source = new(_gate);
        using ServedModel model = Served(source);
        using Scheduler scheduler = new(100, 4, _metrics);
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();
        int half = (Scheduler.TokenBudget / 2) - 1;
        ScoringWork[] waiting = [.. Enumerable.Range(3, 3).Select(id => new ScoringWork(
            model, new TraceQuery([.. Enumerable.Repeat(1, half)], [[id]]), Kind, default))];
        scheduler.Submit(waiting, default);
        _gate.Open();
        await Task.WhenAll(waiting.Select(w => w.Done));
        Assert.Equal(["2", "3 4", "5"], source.Batches);
    }

    [Fact]
    public async Task A_request_larger_than_the_queue_has_its_turn_when_the_queue_is_empty()
    {
        SteppedModel source = new(_gate);
        using ServedModel model = Served(source);
        using Scheduler scheduler = new(capacity: 2, 4, _metrics);
        ScoringWork[] large = [Query(model, 1, 2), Query(model, 1, 3), Query(model, 1, 4)];
        scheduler.Submit(large, default);
        _gate.WaitForEntry();
        ScoringWork[] two = [Query(model, 1, 5), Query(model, 1, 6)];
        scheduler.Submit(two, default);
        Assert.Throws<QueueFullException>(() => scheduler.Submit([Query(model, 1, 7)], default));
        _gate.Open();
        await Task.WhenAll(large.Concat(two).Select(w => w.Done));
        Assert.Equal(["2 3 4", "5 6"], source.Batches);
    }

    [Fact]
    public async Task Work_that_leaves_the_queue_lets_go_of_its_model_at_once()
    {
        bool isFreed = false;
        using ServedModel model = Served(new SteppedModel(_gate));
        ServedModel old = new()
        {
            Name = "m", Folder = "m", Traces = new SteppedModel(_gate), Fingerprint = model.Fingerprint,
            Owned = [new Owned(() => isFreed = true)],
        };
        using Scheduler scheduler = new(100, 4, _metrics);
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();
        using CancellationTokenSource client = new();
        ScoringWork waiting = Query(old, 1, 3);
        scheduler.Submit([waiting], client.Token);
        old.Release(); // as a reload does
        Assert.False(isFreed);
        await client.CancelAsync();
        Assert.True(isFreed);
        Assert.Equal(0, scheduler.Depth);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Done);
        _gate.Open();
    }

    [Fact]
    public async Task Scoring_and_sampling_take_turns_a_token_at_a_time()
    {
        using LanguageModel tiny = LanguageModel.Load(EmbeddedModel.Folder, new LanguageModelOptions { Threads = 1 });
        List<string> events = [];
        SteppedModel source = new(_gate) { OnBatch = name => events.Add($"score {name}") };
        using ServedModel model = Served(source, tiny.Decoder);
        using Scheduler scheduler = new(100, 4, _metrics);
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();

        // Each token asks for another score: a scheduler that let one of the two run on would show it.
        int asked = 0;
        List<ScoringWork> scores = [];
        SamplingWork sampling = Sampling(model, tokens: 6, _ =>
        {
            events.Add("token");
            if (asked++ >= 3) return;
            ScoringWork score = Query(model, 1, 10 + asked);
            scores.Add(score);
            scheduler.Submit([score], default);
        });
        scheduler.Submit([sampling], default);
        scheduler.Submit([Query(model, 1, 9, Kind with { Alpha = 2 })], default);
        _gate.Open();
        await sampling.Done;
        await Task.WhenAll(scores.Select(s => s.Done));

        // The first step reads the prompt and samples two tokens of it.
        Assert.Equal(
            ["score 2", "score 9", "token", "token", "score 11 12", "token", "score 13", "token", "token", "token"], events);
    }

    [Fact]
    public async Task A_stream_of_queries_does_not_hold_up_sampling()
    {
        using LanguageModel tiny = LanguageModel.Load(EmbeddedModel.Folder, new LanguageModelOptions { Threads = 1 });
        List<string> events = [];
        int next = 11;
        Action<string> onBatch = events.Add;
        SteppedModel source = new(_gate) { OnBatch = name => onBatch(name) };
        using ServedModel model = Served(source, tiny.Decoder);
        using Scheduler scheduler = new(100, 4, _metrics);

        // While one query is read, the next one comes.
        onBatch += _ =>
        {
            if (next < 15) scheduler.Submit([Query(model, 1, next++)], default);
        };
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();
        SamplingWork sampling = Sampling(model, tokens: 5, _ => events.Add("token"));
        scheduler.Submit([sampling], default);
        _gate.Open();
        await sampling.Done;
        Assert.Equal(["2", "11", "token", "token", "12", "token", "13", "token", "14", "token"], events);
    }

    [Fact]
    public async Task Sampling_waits_for_room_and_comes_in_the_order_of_its_requests()
    {
        using LanguageModel tiny = LanguageModel.Load(EmbeddedModel.Folder, new LanguageModelOptions { Threads = 1 });
        SteppedModel source = new(_gate);
        using ServedModel model = Served(source, tiny.Decoder);
        using Scheduler scheduler = new(100, slots: 2, _metrics);
        scheduler.Submit([Query(model, 1, 2)], default);
        _gate.WaitForEntry();
        List<string> events = [];
        List<int> depths = [];
        SamplingWork Named(string name, int count, int tokens) => Sampling(
            model, tokens, t =>
            {
                events.Add(name);
                depths.Add(scheduler.Depth);
            }, count);
        SamplingWork[] works = [Named("a", 2, 3), Named("b", 1, 2), Named("c", 1, 2), Named("d", 1, 1)];
        foreach (SamplingWork work in works) scheduler.Submit([work], default);
        _gate.Open();
        await Task.WhenAll(works.Select(w => w.Done));

        // While the two of a fill the slots, the others stay in the queue, where a client that leaves takes them along.
        Assert.Equal(["a", "a", "a", "a", "a", "a", "b", "c", "b", "c", "d"], events);
        Assert.All(depths.Take(6), depth => Assert.Equal(3, depth));
    }

    // The one token of a query's one response.
    private static async Task<int> IdOf(ScoringWork work) => (await work.Done).Traces[0].Tokens.Single();

    private static ServedModel Served(SteppedModel source, CausalLanguageModel? decoder = null) => new()
    {
        Name = "m",
        Folder = "m",
        Traces = source,
        Decoder = decoder,
        Fingerprint = new ModelFingerprint("w", "t", "c"),
    };

    private static ScoringWork Query(ServedModel model, int prompt, int response, ScoreKind? kind = null) =>
        new(model, new TraceQuery([prompt], [[response]]), kind ?? Kind, default);

    private static SamplingWork Sampling(ServedModel model, int tokens, Action<GeneratedToken> onToken, int count = 1) =>
        new(model, new DecodingJob([[5]], count,
            new SamplingOptions { MaxTokens = tokens, Temperature = 0, StopIds = new HashSet<int>() }, onToken));

    private sealed class Owned(Action onDispose) : IDisposable
    {
        public void Dispose() => onDispose();
    }

    /// <summary>Holds the first batch until it is opened, so that what comes meanwhile waits together.</summary>
    private sealed class StepGate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new(), _entered = new();

        public void Pass()
        {
            _entered.Set();
            Assert.True(_open.Wait(TimeSpan.FromSeconds(60)));
        }

        public void WaitForEntry() => Assert.True(_entered.Wait(TimeSpan.FromSeconds(60)));

        public void Open() => _open.Set();

        public void Dispose()
        {
            _open.Dispose();
            _entered.Dispose();
        }
    }

    /// <summary>A source that writes down its batches, each by its responses' ids, and may fail on one id.</summary>
    private sealed class SteppedModel(StepGate gate, int failsOn = -1) : ITraceSource
    {
        public int VocabularySize => 100;

        public int MaxPositions => 5000;

        public List<string> Batches { get; } = [];

        public List<double> Alphas { get; } = [];

        public Action<string>? OnBatch { get; init; }

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
        {
            gate.Pass();
            string name = string.Join(' ', queries.SelectMany(q => q.Responses).Select(r => r[0]));
            Batches.Add(name);
            Alphas.Add(alpha);
            OnBatch?.Invoke(name);
            if (queries.Any(q => q.Responses.Any(r => r[0] == failsOn))) throw new InputException($"{failsOn}");
            return [.. queries.Select(q => q.Responses.Select(Of).ToArray())];
        }

        private static TokenTrace Of(int[] response)
        {
            double[] zeros = new double[response.Length];
            return new TokenTrace
            {
                Tokens = response, Q = zeros, V = zeros, LogProbability = zeros, Entropy = zeros, MeanLogit = zeros,
            };
        }
    }
}
