using System.Diagnostics;
using System.Net;

namespace Innate.Tests.Server;

/// <summary>What the server tells of its work to listeners for spans.</summary>
public sealed class SpanTests(TinyServer tiny) : IClassFixture<TinyServer>
{
    [Fact]
    public async Task A_batch_is_a_span_that_knows_the_requests_it_was_computed_for()
    {
        var asked = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var batch = new TaskCompletionSource<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is "Innate.Server" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                if (a.OperationName != "innate.batch") return;
                if (a.Links.Any(l => l.Context.TraceId == asked.TraceId)) batch.TrySetResult(a);
            },
        };
        ActivitySource.AddActivityListener(listener);
        Reply reply = await tiny.Server.Post(
            "/v1/rewards", """{"prompt":"What is 47 + 85?","responses":["132","122"]}""",
            ("traceparent", $"00-{asked.TraceId}-{asked.SpanId}-01"));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Activity span = await batch.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((1, 2L), (span.GetTagItem("innate.rows"), span.GetTagItem("innate.responses")));
        Assert.True((long)span.GetTagItem("innate.tokens.read")! > 3);
    }
}
