using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Runs.Arena;

/// <summary>Everything that the arena measured, in one file.</summary>
/// <param name="Settings">What decides the numbers, by name.</param>
/// <param name="Start">The figures of the start.</param>
/// <param name="Cells">The runs.</param>
internal sealed record ArenaResults(
    IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, double> Start, IReadOnlyList<ArenaCell> Cells)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "arena.json";

    /// <summary>Writes the file, a cell a line.</summary>
    public void Write(string file) => WholeFile.Write(file, ToBytes());

    /// <summary>Reads it.</summary>
    /// <exception cref="InputException">The file holds something else.</exception>
    public static ArenaResults Read(string file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement root = json.RootElement;
            return new ArenaResults(
                root.GetProperty("settings").EnumerateObject()
                    .ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal),
                ArenaCell.Figures(root.GetProperty("start")),
                [.. root.GetProperty("cells").EnumerateArray().Select(ArenaCell.Of)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{file}: expected the results of an arena, found something else.", e);
        }
    }

    private byte[] ToBytes()
    {
        JsonObject settings = new(Settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
        string[] cells = [.. Cells.Select(c => c.ToJson().ToJsonString())];
        return System.Text.Encoding.UTF8.GetBytes(
            $"{{\n\"settings\": {settings.ToJsonString()},\n\"start\": {ArenaCell.Json(Start).ToJsonString()},\n\"cells\": [\n"
            + string.Join(",\n", cells) + "\n]\n}\n");
    }
}
