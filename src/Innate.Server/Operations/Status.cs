using System.Text.Json;
using Innate.Models;
using Innate.Rewards;
using Innate.Server.Http;
using Innate.Server.Metrics;
using Innate.Server.Models;

namespace Innate.Server.Operations;

/// <summary><c>/v1/status</c>: what the server is doing, as the page shows it.</summary>
internal static class Status
{
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99];

    private static readonly string[] QuantileNames = ["p50", "p90", "p99"];

    public static Task Handle(Call call)
    {
        ServerMetrics metrics = call.Server.Metrics;
        RequestStatistics requests = call.Server.Requests;
        double[] latencies = requests.Latencies(Quantiles);
        return call.Json(w =>
        {
            w.WriteNumber("uptime_seconds", (DateTimeOffset.UtcNow - call.Server.Started).TotalSeconds);
            w.WriteStartObject("load");
            w.WriteNumber("open_requests", requests.Open);
            w.WriteNumber("queue", call.Server.Scheduler.Depth);
            w.WriteNumber("queue_capacity", call.Server.Options.QueueCapacity);
            w.WriteNumber("drawing", metrics.Sampling());
            w.WriteNumber("tokens_per_second", metrics.TokensPerSecond);
            w.WriteNumber("batch_size", metrics.BatchSize);
            w.WriteStartObject("latency_seconds");
            for (int i = 0; i < latencies.Length; i++) w.WriteNumber(QuantileNames[i], latencies[i]);
            w.WriteEndObject();
            w.WriteEndObject();
            w.WriteStartArray("requests");
            foreach (RouteCount route in requests.Routes()) WriteRoute(w, route);
            w.WriteEndArray();
            w.WriteStartObject("model");
            w.WriteString("name", call.Model.Name);
            if (call.Model.Config is { } config) WriteFacts(w, config);
            w.WriteNumber("vocabulary", call.Model.Limits.VocabularySize);
            w.WriteNumber("max_positions", call.Model.Limits.MaxPositions);
            w.WriteBoolean("classifier", call.Model.IsClassifier);
            w.WriteBoolean("chat_template", call.Model.Template is not null && !call.Model.Raw);
            w.WriteNumber("reloads", call.Server.Models.Reloads);
            w.WriteEndObject();
            w.WriteStartArray("rewards");
            foreach (RewardKind kind in Enum.GetValues<RewardKind>().Where(k => Gives(call, k))) WriteReward(w, kind);
            w.WriteEndArray();
            call.Model.Fingerprint.Write(w, null);
        });
    }

    private static bool Gives(Call call, RewardKind kind) => kind switch
    {
        RewardKind.Classifier or RewardKind.Polar => call.Model.IsClassifier && !call.Model.JudgesSteps,
        RewardKind.Process => call.Model.JudgesSteps,
        RewardKind.Implicit => call.Model.Reference is not null && !call.Model.IsClassifier,
        _ => !call.Model.IsClassifier,
    };

    private static void WriteRoute(Utf8JsonWriter w, RouteCount route)
    {
        w.WriteStartObject();
        w.WriteString("route", route.Route);
        w.WriteNumber("answered", route.Answered);
        w.WriteNumber("errors", route.Errors);
        w.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter w, ModelConfig config)
    {
        w.WriteNumber("layers", config.LayerCount);
        w.WriteNumber("hidden", config.HiddenSize);
    }

    private static void WriteReward(Utf8JsonWriter w, RewardKind kind)
    {
        RewardOptions defaults = new();
        w.WriteStartObject();
        w.WriteString("name", RewardNames.NameOf(kind));
        w.WriteStartObject("parameters");
        if (kind == RewardKind.Endogenous) w.WriteNumber("alpha", defaults.Alpha);
        if (kind is RewardKind.Endogenous or RewardKind.EndogenousLogProb)
        {
            w.WriteNumber("gamma", defaults.Gamma);
            w.WriteNumber("beta", defaults.Beta);
        }

        w.WriteEndObject();
        w.WriteEndObject();
    }
}
