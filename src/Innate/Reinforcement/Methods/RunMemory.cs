using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Reinforcement.Methods;

/// <summary>
/// What a method remembers from batch to batch, beside the weights: numbers by name. It is a part of every checkpoint, so that a
/// run that goes on remembers the same.
/// </summary>
internal sealed class RunMemory
{
    private readonly SortedDictionary<string, double[]> _values = new(StringComparer.Ordinal);

    /// <summary>Whether there is nothing to remember.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Numbers by name; empty where there are none. What is set replaces them.</summary>
    public double[] this[string name]
    {
        get => _values.GetValueOrDefault(name) ?? [];
        set => _values[name] = value;
    }

    /// <summary>One number; null where there is none.</summary>
    public double? Number(string name) => this[name] is [double first, ..] ? first : null;

    /// <summary>Adds a number to the end of those of a name.</summary>
    public void Append(string name, double value) => this[name] = [.. this[name], value];

    /// <summary>Forgets all, and remembers what a checkpoint holds.</summary>
    /// <exception cref="InputException">The file holds something else.</exception>
    public void Read(string file)
    {
        _values.Clear();
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (JsonProperty field in json.RootElement.EnumerateObject())
            {
                _values[field.Name] = [.. field.Value.EnumerateArray().Select(x => x.GetDouble())];
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{file}: expected lists of numbers by name, found something else.", e);
        }
    }

    /// <summary>The numbers as a file, each to its last bit.</summary>
    public byte[] ToBytes() => JsonBytes.Indented(new JsonObject(_values.Select(v =>
        KeyValuePair.Create(v.Key, (JsonNode?)new JsonArray([.. v.Value.Select(x => (JsonNode?)x)])))));
}
