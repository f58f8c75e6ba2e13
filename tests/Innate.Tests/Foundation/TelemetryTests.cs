using System.Diagnostics;
using System.Diagnostics.Metrics;
using Innate.Scoring.Streams;
using Innate.Tests.Extensions;

namespace Innate.Tests.Foundation;

/// <summary>What the library tells of its work to listeners: how much, how long, and no text.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Scoring_ranking_and_sampling_are_spans_with_rows_and_tokens()
    {
        List<Activity> spans = [];
        using var test = new Activity("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Innate",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                // Other tests work at the same time.
                if (a.TraceId == test.TraceId) spans.Add(a);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        test.Start();
        rewards.Score("What is 47 + 85?", ["132", "122"]);
        rewards.Rank("What is 47 + 85?", ["132", "122", "1"]);
        await rewards.ScoreAsync(new[] { new RewardRow("1?", "1"), new RewardRow("2?", "") }.ToAsyncEnumerable()).ToListAsync();
        using (var client = TinyChat.Client()) await client.GetResponseAsync(TinyChat.Question, new() { Temperature = 0 });
        Assert.Throws<InputException>(() => rewards.Score("1?", ""));
        test.Stop();

        Assert.Equal(["innate.score", "innate.rank", "innate.score", "innate.generate", "innate.score"],
            spans.Select(s => s.OperationName));
        Assert.Equal([1L, 1L, 2L, 1L, 0L], spans.Select(s => s.GetTagItem("innate.rows")));
        Assert.Equal([2L, 3L, 1L, 1L, 0L], spans.Select(s => s.GetTagItem("innate.responses")));
        Assert.Equal("endogenous", spans[0].GetTagItem("innate.reward"));
        Assert.Equal(
            TokensOf("What is 47 + 85?", "132", "122"), spans[0].GetTagItem("innate.tokens.read"));
        Assert.True((long)spans[3].GetTagItem("innate.tokens.sampled")! > 0);
        Assert.Equal((ActivityStatusCode.Error, "Innate.Foundation.InputException"),
            (spans[4].Status, spans[4].GetTagItem("error.type")));
        Assert.DoesNotContain(spans, s => s.TagObjects.Any(t => $"{t.Value}".Contains("47", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_meter_counts_rows_responses_and_tokens_once()
    {
        Dictionary<string, double> sums = [];
        int here = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Innate") l.EnableMeasurementEvents(instrument);
            },
        };
        void Add(Instrument instrument, double value)
        {
            // Other tests work at the same time; this one's operations end on its own thread.
            if (Environment.CurrentManagedThreadId != here) return;
            sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value;
        }

        listener.SetMeasurementEventCallback<long>((i, value, _, _) => Add(i, value));
        listener.SetMeasurementEventCallback<double>((i, _, _, _) => Add(i, 1));
        listener.Start();
        using var rewards = new RewardModel(TinyChat.Model, TinyChat.Format);
        rewards.Rank("What is 47 + 85?", ["132", "122"]);
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["innate.operation.rows"] = 1,
                ["innate.operation.responses"] = 2,
                ["innate.operation.tokens"] = TokensOf("What is 47 + 85?", "132", "122"),
                ["innate.operation.duration"] = 1,
            }.OrderBy(p => p.Key),
            sums.OrderBy(p => p.Key));
    }

    private static long TokensOf(string prompt, params string[] responses) =>
        Innate.Models.TraceQuery.Of(TinyChat.Format, prompt, responses).TokenCount;
}
