using System.Text.Json.Nodes;

namespace Innate.Tests.Zoo;

/// <summary>A case's inputs, by name.</summary>
internal sealed class ZooInputs(JsonObject fields)
{
    public JsonNode? this[string name] => fields[name];

    public bool Has(string name) => fields[name] is not null;

    public double Number(string name) => Of(name).GetValue<double>();

    public int Whole(string name) => (int)Of(name).GetValue<double>();

    public string Text(string name) => Of(name).GetValue<string>();

    public double[] Numbers(string name) => Numbers(Of(name));

    public int[] Wholes(string name) => [.. Numbers(name).Select(x => (int)x)];

    public bool[] Flags(string name) => [.. Of(name).AsArray().Select(Flag)];

    public string[] Texts(string name) => [.. Of(name).AsArray().Select(n => n!.GetValue<string>())];

    /// <summary>An array of arrays: a group's responses, token by token.</summary>
    public double[][] Rows(string name) => [.. Of(name).AsArray().Select(row => Numbers(row!))];

    public double[][][] Blocks(string name) =>
        [.. Of(name).AsArray().Select(block => block!.AsArray().Select(row => Numbers(row!)).ToArray())];

    private static double[] Numbers(JsonNode array) => [.. array.AsArray().Select(n => n!.GetValue<double>())];

    private static bool Flag(JsonNode? node) => node!.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.True => true,
        System.Text.Json.JsonValueKind.False => false,
        _ => node.GetValue<double>() != 0,
    };

    private JsonNode Of(string name) => fields[name] ?? throw new InvalidOperationException($"the case has no input '{name}'.");
}
