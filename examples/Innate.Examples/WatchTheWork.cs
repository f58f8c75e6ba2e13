using System.Diagnostics;
using Innate;

namespace Examples;

/// <summary>Spans of the library's work. With OpenTelemetry: AddSource("Innate"), AddMeter("Innate").</summary>
public static class WatchTheWork
{
    public static void Run(TextWriter output)
    {
        using var request = new Activity("request");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Innate",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId != request.TraceId) return;
                string tags = string.Join(", ", span.TagObjects.Select(t => $"{t.Key}={t.Value}"));
                output.WriteLine($"{span.OperationName}: {tags}");
            },
        };
        ActivitySource.AddActivityListener(listener);

        using RewardModel rewards = RewardModel.LoadDefault();
        request.Start();
        rewards.Rank("What is 47 + 85?", ["122", "132"]);
    }
}
