using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Innate.Runs;
using Innate.Checkpoints;
using Innate.Models;
using Innate.Server.Metrics;
using Innate.Server.Models;
using Innate.Server.Scheduling;
using Innate.Sessions;
using Innate.Tests.Cli;
using Innate.Tests.Support;

namespace Innate.Tests.Server;

/// <summary>
/// What a server owes those who wait: room or a plain no, answers to what it accepted, and the same bits in any company.
/// </summary>
public sealed class MannersTests
{
    private const string Row = """{"prompt_ids":[1,2],"response_ids":[3,4]}""";

    [Fact]
    public async Task Requests_that_wait_together_are_one_batch_and_equal_prompts_one_tree()
    {
        using Gate gate = new();
        FakeModel model = new() { OnTrace = gate.Pass };
        await using RunningServer server = await RunningServer.Start(model);
        Task<Reply> first = server.Post("/v1/rewards", Row);
        await gate.Entered();
        Task<Reply>[] others = [.. Enumerable.Range(0, 20).Select(i => server.Post(
            "/v1/rewards",
            string.Create(CultureInfo.InvariantCulture, $$"""{"prompt_ids":[1,{{i % 4}}],"response_ids":[{{i}},9]}""")))];
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("queue").GetInt32() == 20);
        gate.Open();
        await first;
        Reply[] replies = await Task.WhenAll(others);
        Assert.Equal([1, 4], model.BatchSizes); // 20 rows on 4 prompts: 4 trees
        for (int i = 0; i < replies.Length; i++)
        {
            Reply alone = await server.Post("/v1/rewards",
                string.Create(CultureInfo.InvariantCulture, $$"""{"prompt_ids":[1,{{i % 4}}],"response_ids":[{{i}},9]}"""));
            Assert.Equal(alone.Json.GetProperty("reward").GetRawText(), replies[i].Json.GetProperty("reward").GetRawText());
        }
    }

    [Fact]
    public async Task A_full_queue_is_a_429_that_says_when_to_come_again()
    {
        using Gate gate = new();
        await using RunningServer server =
            await RunningServer.Start(new FakeModel { OnTrace = gate.Pass }, o => o with { QueueCapacity = 3 });
        Task<Reply> computed = server.Post("/v1/rewards", Row);
        await gate.Entered();
        Task<Reply>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => server.Post("/v1/rewards", Row))];
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("queue").GetInt32() == 3);
        Reply refused = await server.Post("/v1/rewards", Row);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(refused.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await server.Get("/health")).Status);
        gate.Open();
        Assert.All(await Task.WhenAll([computed, .. waiting]), r => Assert.Equal(HttpStatusCode.OK, r.Status));
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/v1/rewards", Row)).Status);
        Assert.Contains("innate_requests_rejected_total{otel_scope_name=\"Innate.Server\",otel_scope_version=\"1.0\"} 1\n",
            (await server.Get("/metrics")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_the_queue()
    {
        using Gate gate = new();
        FakeModel model = new() { OnTrace = gate.Pass };
        await using RunningServer server = await RunningServer.Start(model);
        Task<Reply> computed = server.Post("/v1/rewards", Row);
        await gate.Entered();
        using CancellationTokenSource gone = new();
        Task<HttpResponseMessage>[] leaving = [.. Enumerable.Range(0, 5).Select(_ =>
            server.Client.PostAsync(new Uri("/v1/rewards", UriKind.Relative), new StringContent(Row), gone.Token))];
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("queue").GetInt32() == 5);
        await gone.CancelAsync();
        foreach (Task<HttpResponseMessage> task in leaving) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("queue").GetInt32() == 0);
        gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await computed).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/v1/rewards", Row)).Status);
        Assert.Equal(2, model.BatchSizes.Sum()); // the five were never computed
        Assert.Empty(server.Log);
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_any_more_ends_its_drawing()
    {
        await using RunningServer server = await RunningServer.Start();
        using (HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent("""{"prompt":"What is","max_tokens":400,"ignore_eos":true,"stream":true,"n":64}"""),
        })
        {
            using HttpResponseMessage reply = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using Stream stream = await reply.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[100]));
        }

        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("drawing").GetInt32() == 0);
        Assert.Empty(server.Log);
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/v1/completions", """{"prompt":"a","max_tokens":2}""")).Status);
    }

    [Fact]
    public async Task A_request_whose_time_is_over_is_told_so()
    {
        using Gate gate = new();
        await using RunningServer server = await RunningServer.Start(new FakeModel { OnTrace = gate.Pass });
        Reply late = await server.Post("/v1/rewards", Row, ("X-Request-Timeout", "0.2"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.Status);
        Assert.Equal("the request's time is over", late.Error);
        gate.Open();
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Post("/v1/rewards", Row, ("X-Request-Timeout", "soon"))).Status);
    }

    [Fact]
    public async Task A_large_query_that_nobody_waits_for_is_not_read_to_its_end()
    {
        using Gate gate = new();
        FakeModel model = new() { OnTrace = gate.Pass, MaxPositions = 5000 };
        await using RunningServer server = await RunningServer.Start(model);
        string ids = string.Join(',', Enumerable.Repeat(3, 3000));
        Reply late = await server.Post("/v1/rewards", $$"""{"prompt_ids":[1],"response_ids":[{{ids}}]}""",
            ("X-Request-Timeout", "0.3"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.Status);
        gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/v1/rewards", Row)).Status);
        Assert.Equal([1], model.BatchSizes); // the small one's alone
    }

    [Fact]
    public void What_is_turned_away_holds_no_model()
    {
        FakeModel traces = new();
        bool freed = false;
        using Freed owned = new(() => freed = true);
        ServedModel model = new() { Name = "m", Folder = "m", Traces = traces, Fingerprint = new ModelFingerprint("w", "t", "c"),
            Owned = [owned] };
        using Meters meters = new();
        ServerMetrics metrics = new(meters);
        Scheduler scheduler = new(1, 1, metrics);
        scheduler.Dispose();
        Assert.Throws<StoppingException>(() =>
            scheduler.Submit([new ScoringWork(model, new TraceQuery([1], [[2]]), default, default)], default));
        Assert.False(freed);
        model.Release(); // as a reload does
        Assert.True(freed);
    }

    [Fact]
    public async Task A_stopping_server_answers_what_it_accepted()
    {
        using Gate gate = new();
        RunningServer server = await RunningServer.Start(new FakeModel { OnTrace = gate.Pass });
        Task<Reply>[] accepted = [.. Enumerable.Range(0, 6).Select(_ => server.Post("/v1/rewards", Row))];
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("open_requests")
            .GetInt32() == 7);
        Task stop = server.Stop();
        await Until(async () =>
        {
            using HttpClient fresh = new() { BaseAddress = server.Address };
            return await Record.ExceptionAsync(() =>
                fresh.GetAsync(new Uri("/health", UriKind.Relative))) is HttpRequestException;
        });
        Assert.False(stop.IsCompleted);
        gate.Open();
        Assert.All(await Task.WhenAll(accepted), r => Assert.Equal(HttpStatusCode.OK, r.Status));
        await stop;
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Who_is_still_waited_for_when_the_server_ends_is_told_so()
    {
        RunningServer server = await RunningServer.Start(o => o with { DrainTime = TimeSpan.FromMilliseconds(1) });
        string endless = """{"prompt":"What is 1 + 1?","n":128,"max_tokens":400,"temperature":2}""";
        Task<Reply> accepted = server.Post("/v1/completions", endless);
        await Until(async () => (await server.Get("/v1/status")).Json.GetProperty("load").GetProperty("open_requests")
            .GetInt32() == 2);
        Task stop = server.Stop();
        Reply told = await accepted;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, told.Status);
        Assert.Equal("the server is stopping", told.Error);
        await stop;
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Weights_are_read_again_without_dropping_a_request()
    {
        using Support.TemporaryFolder folder = new();
        foreach (string file in Directory.GetFiles(EmbeddedModel.Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        await using RunningServer server = await RunningServer.Start(folder: folder.Path);
        const string Text = """{"prompt":"What is 47 + 85?","responses":["132","122"]}""";
        Reply before = await server.Post("/v1/rewards", Text);

        // Training moves every value: here half of the file's bytes of the last tensors.
        byte[] weights = await File.ReadAllBytesAsync(folder["model.safetensors"]);
        for (int i = weights.Length / 2; i < weights.Length; i += 4) weights[i] ^= 0x55;
        await File.WriteAllBytesAsync(folder["model.safetensors"], weights);

        using CancellationTokenSource enough = new();
        Task<List<Reply>>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            List<Reply> replies = [];
            while (!enough.IsCancellationRequested) replies.Add(await server.Post("/v1/rewards", Text));
            return replies;
        }))];
        await Task.Delay(100);
        Reply reloaded = await server.Post("/v1/reload", "{}");
        Assert.True(reloaded.Json.GetProperty("changed").GetBoolean());
        Reply after = await server.Post("/v1/rewards", Text);
        await enough.CancelAsync();
        Assert.NotEqual(Rewards(before), Rewards(after));

        // Each reply is of one model, and says which.
        Dictionary<string, string> byFingerprint =
            new() { [Weights(before)] = Rewards(before), [Weights(after)] = Rewards(after) };
        Assert.Equal(2, byFingerprint.Count);
        foreach (Reply reply in (await Task.WhenAll(clients)).SelectMany(r => r))
        {
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.Equal(byFingerprint[Weights(reply)], Rewards(reply));
        }

        // Files that cannot be loaded change nothing.
        await File.WriteAllTextAsync(folder["config.json"], "{}");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Post("/v1/reload", "{}")).Status);
        Assert.Equal(Rewards(after), Rewards(await server.Post("/v1/rewards", Text)));
        Reply elsewhere = await server.Post(
            "/update_weights_from_disk", JsonSerializer.Serialize(new { model_path = EmbeddedModel.Folder }));
        Reply nowhere = await server.Post("/update_weights_from_disk", """{"model_path":"/no/such/folder"}""");
        Assert.All([elsewhere, nowhere], r =>
            Assert.Equal("without a key the server reads its own folder alone", r.Json.GetProperty("message").GetString()));
        await File.WriteAllBytesAsync(folder["config.json"],
            await File.ReadAllBytesAsync(Path.Combine(EmbeddedModel.Folder, "config.json")));
        Reply own = await server.Post("/update_weights_from_disk",
            JsonSerializer.Serialize(new { model_path = folder.Path + "/" }));
        Assert.True(own.Json.GetProperty("success").GetBoolean(), own.Body);

        static string Rewards(Reply reply) => reply.Json.GetProperty("rewards").GetRawText();
        static string Weights(Reply reply) => reply.Json.GetProperty("fingerprint").GetProperty("weights").GetString()!;
    }

    [Fact]
    public async Task Metrics_are_Prometheus_text_and_add_up()
    {
        await using RunningServer server = await RunningServer.Start(), other = await RunningServer.Start();
        for (int i = 0; i < 3; i++) await server.Post("/v1/rewards", """{"prompt":"a","response":"b"}""");
        await server.Post("/v1/completions", """{"prompt":"a","max_tokens":5,"n":3,"ignore_eos":true}""");
        await server.Post("/nowhere/at/all", "{}");
        string text = (await server.Get("/metrics")).Body;
        Assert.Matches(
            "http_server_request_duration_seconds_count{[^}]*status_code=\"200\"[^}]*http_route=\"/v1/rewards\"[^}]*} 3\n", text);
        Assert.Matches("http_server_request_duration_seconds_count{[^}]*status_code=\"404\"[^}]*} 1\n", text);
        Assert.Matches("http_server_request_duration_seconds_bucket{[^}]*http_route=\"/v1/rewards\"[^}]*le=\"\\+Inf\"} 3\n",
            text);
        Assert.Matches("innate_tokens_total{[^}]*kind=\"sampled\"} 15\n", text);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Matches(
                "^(# (HELP|TYPE) [a-z_]+ .+|# EOF|[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? [0-9.eE+-]+( "
                + "[0-9]+)?)$", line);
        }

        // Buckets only grow.
        double[] buckets = [.. text.Split('\n')
            .Where(l => l.StartsWith("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal)
                && l.Contains("\"/v1/rewards\"", StringComparison.Ordinal))
            .Select(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];
        Assert.Equal(buckets.Order(), buckets);

        // Another server of this process has its own.
        Assert.DoesNotContain("innate_tokens_total{", (await other.Get("/metrics")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        await using RunningServer server = await RunningServer.Start();
        JsonElement document = (await server.Get("/openapi.json")).Json, paths = document.GetProperty("paths");

        // A row stands there as `innate schema row` has it.
        JsonElement rewards = document.GetProperty("components").GetProperty("schemas").GetProperty("RewardsRequest");
        foreach (string field in PublishedSchema.Of("row").ToJson()["properties"]!.AsObject().Select(f => f.Key))
        {
            Assert.True(rewards.GetProperty("properties").TryGetProperty(field, out _), field);
        }

        foreach ((string method, string path) in server.Routes.Where(r => r.Method != "HEAD" && r.Path != "/metrics"))
        {
            Assert.True(paths.GetProperty(path).TryGetProperty(method == "GET" ? "get" : "post", out _), path);
        }

        Reply page = await server.Get("/");
        Assert.Equal("text/html", page.Message.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Innate", page.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Get("/v1/rewards")).Status);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 600; i++)
        {
            if (await condition()) return;
            await Task.Delay(20);
        }

        Assert.Fail("It did not come to that within the time.");
    }

    private sealed class Freed(Action tell) : IDisposable
    {
        public void Dispose() => tell();
    }

    /// <summary>Holds the model until it is opened.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Pass()
        {
            _entered.TrySetResult();
            if (!_open.Wait(TimeSpan.FromSeconds(60))) throw new TimeoutException();
        }

        public Task Entered() => _entered.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Open() => _open.Set();

        public void Dispose() => _open.Dispose();
    }
}
