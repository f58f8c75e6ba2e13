using System.Collections.Concurrent;
using System.Text.Json;
using Innate.Runs;
using Json.Schema;

namespace Innate.Tests.Support;

/// <summary>The published schemas, as a library that is not ours understands them.</summary>
internal static class Schemas
{
    private static readonly ConcurrentDictionary<string, JsonSchema> Read = new();

    private static readonly EvaluationOptions Detailed = new() { OutputFormat = OutputFormat.List };

    /// <summary>Whether a value is valid.</summary>
    public static bool IsValid(string schema, JsonElement value) => Of(schema).Evaluate(value).IsValid;

    /// <summary>What is wrong with a value; null: it is valid.</summary>
    /// <param name="schema">The schema's name.</param>
    /// <param name="value">The value.</param>
    public static string? Fault(string schema, JsonElement value)
    {
        if (IsValid(schema, value)) return null;
        EvaluationResults results = Of(schema).Evaluate(value, Detailed);
        return string.Join("; ", results.Details.Where(d => d.Errors is not null)
            .SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")));
    }

    private static JsonSchema Of(string schema) => Read.GetOrAdd(
        schema, name => JsonSchema.FromText(PublishedSchema.Of(name).ToJson().ToJsonString()));

    /// <summary>Demands that a value is valid.</summary>
    /// <inheritdoc cref="Fault"/>
    public static void Require(string schema, JsonElement value) =>
        Assert.True(Fault(schema, value) is not { } fault, $"{schema}: {Fault(schema, value)}: {value.GetRawText()}");

    /// <summary>The same of each line.</summary>
    public static void RequireLines(string schema, string lines)
    {
        string[] all = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(all);
        foreach (string line in all) Require(schema, JsonDocument.Parse(line).RootElement);
    }
}
