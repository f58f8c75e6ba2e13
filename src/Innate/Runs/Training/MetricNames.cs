namespace Innate.Runs.Training;

/// <summary>How a metric is called on the page.</summary>
internal static class MetricNames
{
    /// <summary>Words instead of snake_case.</summary>
    public static string Label(string name) => name switch
    {
        "grad_norm" => "gradient norm",
        "tokens_per_second" => "throughput",
        "memory_gb" => "memory",
        "kl" => "KL divergence",
        _ => name.StartsWith("eval_", StringComparison.Ordinal)
            ? $"{Label(name["eval_".Length..])}, held out"
            : name.Replace('_', ' '),
    };

    /// <summary>What it is counted in; empty where the name says it.</summary>
    public static string Unit(string name) => name switch
    {
        "tokens_per_second" => "tokens/s",
        "memory_gb" => "GB",
        "kl" => "nats",
        _ => "",
    };
}
