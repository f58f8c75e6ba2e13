using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Runs.Reproduction;

/// <summary>
/// What of a plan is done, in steps.jsonl: a run that was interrupted goes on after it. A line that was cut off when the machine
/// went down does not count: its step is done again.
/// </summary>
internal sealed class StepNotes
{
    private readonly string _file;

    /// <param name="folder">The reproduction's folder.</param>
    public StepNotes(string folder)
    {
        _file = Path.Combine(folder, "steps.jsonl");
        if (!File.Exists(_file)) return;

        // A line that was cut off is closed, or the next note would be lost in it.
        if (File.ReadAllText(_file) is { Length: > 0 } text && text[^1] != '\n') File.AppendAllText(_file, "\n");
        foreach (string line in File.ReadAllLines(_file)) Read(line);
    }

    /// <summary>The seconds that each finished step took, by its command.</summary>
    public Dictionary<string, double> Seconds { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes that a step is done.</summary>
    /// <param name="name">What it is for.</param>
    /// <param name="command">Its command.</param>
    /// <param name="seconds">How long it took.</param>
    public void Add(string name, string command, double seconds)
    {
        Seconds[command] = seconds;
        JsonObject note = new() { ["name"] = name, ["command"] = command, ["seconds"] = Math.Round(seconds, 2) };
        File.AppendAllText(_file, note.ToJsonString() + "\n");
    }

    private void Read(string line)
    {
        try
        {
            using JsonDocument note = JsonDocument.Parse(line);
            Seconds[note.RootElement.GetProperty("command").GetString()!] = note.RootElement.GetProperty("seconds").GetDouble();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Cut off: see above.
        }
    }
}
