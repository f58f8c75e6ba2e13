using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Tests.Support;

namespace Innate.Tests.Zoo;

/// <summary>One number case of the zoo: a method's inputs, and what must come out.</summary>
/// <param name="Method">As the file names it.</param>
/// <param name="Number">Which of the method's cases, from 1.</param>
/// <param name="Inputs">By name.</param>
/// <param name="Expected">By name.</param>
internal sealed record ZooCase(string Method, int Number, ZooInputs Inputs, JsonObject Expected)
{
    /// <summary>The cases of one part, in the files' order.</summary>
    public static IEnumerable<ZooCase> Read(string part, params string[] files)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (JsonNode? node in files.SelectMany(file =>
            JsonNode.Parse(File.ReadAllText(Path.Combine(Places.Shared, "zoo", file)))!.AsArray()))
        {
            if ((string?)node!["part"] != part) continue;
            string method = (string)node["method"]!;
            int number = seen[method] = seen.GetValueOrDefault(method) + 1;
            yield return new ZooCase(
                method, number, new ZooInputs(node["inputs"]!.AsObject()), node["expected"]!.AsObject());
        }
    }

    /// <summary>The cases as a theory's data: method and number; one that is skipped by name where the files are not here.</summary>
    public static TheoryData<string, int> Data(string part, params string[] files)
    {
        TheoryData<string, int> cases = [];
        if (files.Any(f => Places.WhyMissing($"zoo/{f}") is not null))
        {
            return new TheoryData<string, int> { { "absent", 0 } };
        }

        foreach (ZooCase c in Read(part, files)) cases.Add(c.Method, c.Number);
        return cases;
    }

    /// <summary>What the method gives, an object whose properties are named as the file's, against what is expected.</summary>
    /// <returns>Where they part; empty where every expected number is met within 1e-9, relative.</returns>
    public IReadOnlyList<string> Differences(object found)
    {
        List<string> differences = [];
        Compare("", Expected, JsonSerializer.SerializeToNode(found), differences);
        return differences;
    }

    private static void Compare(string path, JsonNode? expected, JsonNode? found, List<string> differences)
    {
        switch (expected)
        {
            case JsonObject fields when found is JsonObject own:
                foreach ((string name, JsonNode? value) in fields)
                {
                    if (own.ContainsKey(name)) Compare($"{path}.{name}", value, own[name], differences);
                    else differences.Add($"{path}.{name}: expected {value?.ToJsonString()}, found nothing");
                }

                return;
            case JsonArray items when found is JsonArray own && own.Count == items.Count:
                for (int i = 0; i < items.Count; i++) Compare($"{path}[{i}]", items[i], own[i], differences);
                return;
            case JsonValue when expected.GetValueKind() == JsonValueKind.Number && found?.GetValueKind() == JsonValueKind.Number:
                double a = expected.GetValue<double>(), b = found.GetValue<double>();
                if (Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(a))) return;
                break;
            default:
                if (JsonNode.DeepEquals(expected, found)) return;
                break;
        }

        differences.Add($"{path}: expected {expected?.ToJsonString() ?? "null"}, found {found?.ToJsonString() ?? "null"}");
    }
}
