using System.Text;
using System.Text.Json;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// What decides the bits of a run's output: kept beside an unfinished output, so that a run resumed under other settings is
/// refused instead of mixing two rewards in one file.
/// </summary>
/// <param name="settings">Names and values; asked for once, and only where a file needs them: some are digests of files.</param>
internal sealed class RunHeader(Func<KeyValuePair<string, string>[]> settings)
{
    private readonly Lazy<KeyValuePair<string, string>[]> _settings = new(settings);

    /// <summary>The names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings.Value;

    /// <summary>How text becomes ids, as settings.</summary>
    /// <param name="format">Chat or raw, system prompt, variables.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(ChatFormatOptions format) =>
    [
        new("raw", format.Raw ? "on" : "off"),
        new("system", format.System ?? ""),
        new("template", format.DescribeVariables()),
    ];

    /// <summary>A line of JSON.</summary>
    public byte[] ToBytes() => RowWriter.Line(w =>
    {
        foreach ((string name, string value) in _settings.Value) w.WriteString(name, value);
    });

    /// <summary>The settings that all parts of a job share: all but the place and which part it is.</summary>
    public IEnumerable<KeyValuePair<string, string>> OfJob =>
        _settings.Value.Where(s => s.Key is not ("input" or "rows" or "shard"));

    /// <summary>What a file that tells of other settings tells.</summary>
    /// <param name="path">The file.</param>
    /// <returns>In words; null: the same settings.</returns>
    public string? DifferenceFrom(string path)
    {
        byte[] found = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (ToBytes().AsSpan().SequenceEqual(found)) return null;
        if (found.Length == 0) return $"lines of which no {path} tells how they were made";
        try
        {
            JsonElement other = RowJson.ParseObject(new InputLine(1, found.AsMemory(), found.Length));
            foreach ((string name, string value) in _settings.Value)
            {
                string was = other.TryGetProperty(name, out JsonElement e) ? e.ToString() : "absent";
                if (was != value) return $"one that was made with {name} = {was}, not {value}";
            }
        }
        catch (InputException)
        {
            // Damaged: the sentence below says so.
        }

        return $"one of which {path} tells: {Encoding.UTF8.GetString(found).Trim()}";
    }

    /// <summary>Refuses a file that tells of other settings.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file tells of other settings.</exception>
    public void RequireSame(string path)
    {
        if (DifferenceFrom(path) is { } other) throw Other(other);
    }

    /// <summary>The refusal to go on with lines of other settings.</summary>
    /// <param name="found">What lies there.</param>
    public static InputException Other(string found) => new(
        "Resume", "an output of the same settings (without {Resume} the run starts anew)", found);
}
