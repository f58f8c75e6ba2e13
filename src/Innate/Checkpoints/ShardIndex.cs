using System.Text.Json;

namespace Innate.Checkpoints;

/// <summary>model.safetensors.index.json: which shard holds which tensor.</summary>
internal static class ShardIndex
{
    /// <summary>The index's file name.</summary>
    public const string FileName = "model.safetensors.index.json";

    /// <summary>Reads the <c>weight_map</c>: tensor name to shard file name, each a plain name inside the folder.</summary>
    /// <exception cref="InputException">The index is malformed or points outside its folder.</exception>
    public static Dictionary<string, string> Read(string file) =>
        Parse(FileBytes.ReadSmall(file, SafetensorsHeader.MaxLength), file);

    /// <summary>Parses an index; <paramref name="file"/> is for messages.</summary>
    /// <exception cref="InputException">The index is malformed or points outside its folder.</exception>
    public static Dictionary<string, string> Parse(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{file}: is a JSON {root.ValueKind}, expected an object.");
            }

            if (!root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{file}: has no field 'weight_map' with an object from tensor names to shard names.");
            }

            Dictionary<string, string> shards = new(StringComparer.Ordinal);
            foreach (JsonProperty pair in map.EnumerateObject())
            {
                if (pair.Value.ValueKind != JsonValueKind.String)
                {
                    throw new InputException(
                        $"{file}: weight_map '{pair.Name}' is a JSON {pair.Value.ValueKind}, expected a string.");
                }

                string shard = pair.Value.GetString()!;
                if (!IsPlainName(shard))
                {
                    throw new InputException(
                        $"{file}: weight_map '{pair.Name}' names the shard '{shard}', expected a .safetensors file name inside "
                        + $"the folder.");
                }

                if (!shards.TryAdd(pair.Name, shard))
                {
                    throw new InputException($"{file}: weight_map lists tensor '{pair.Name}' twice.");
                }
            }

            return shards;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }

    // Refuses both separators and drive letters on every system, so that one folder reads alike everywhere.
    private static bool IsPlainName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) && name.IndexOfAny(['/', '\\', ':', '\0']) < 0
        && name != ".safetensors" && !name.StartsWith("..", StringComparison.Ordinal);
}
