using System.Text.Json;
using Innate.Rows;
using Innate.Rows.Shards;

namespace Innate.Benchmarks.Evaluation;

/// <summary>
/// items.jsonl while it is made: one line an item and scorer, in order. It lies as items.jsonl.partial, beside it the settings
/// that decide its bits, until the last line is in it; an interrupted run goes on after the lines that are there.
/// </summary>
internal sealed class ItemLog : IDisposable
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "items.jsonl";

    private readonly RowOutput _output;
    private readonly int _scorers;

    // Lines of an item whose other lines an interruption cut off: they are made again and passed over.
    private int _cut;

    private ItemLog(RowOutput output, int scorers, List<ItemResult> results, int lines)
    {
        _output = output;
        _scorers = scorers;
        Results = results;
        _cut = lines % scorers;
    }

    /// <summary>The whole items' results, read back and written, item by item.</summary>
    public List<ItemResult> Results { get; }

    /// <summary>Items that need not be done again.</summary>
    public int ItemsDone => Results.Count / _scorers;

    /// <summary>Opens a run's log.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="resume">Keep the lines that are there.</param>
    /// <param name="header">This run's settings.</param>
    /// <param name="items">The run's items.</param>
    /// <param name="scorers">How many lines an item has.</param>
    /// <exception cref="InputException">The place cannot be written, or was made with other settings.</exception>
    public static ItemLog Open(
        string folder, bool resume, RunHeader header, IReadOnlyList<BenchmarkItem> items, int scorers)
    {
        string path = Path.Combine(folder, FileName), partial = PartialFile.Of(path);

        // A run that is complete is resumed like one that was stopped after its last line: its tables are made anew.
        if (resume && !File.Exists(partial) && File.Exists(path) && File.Exists(SettingsOf(folder)))
        {
            header.RequireSame(SettingsOf(folder));
            File.Copy(path, partial);
            File.WriteAllBytes(PartialFile.HeaderOf(path), header.ToBytes());
        }
        else if (resume && !File.Exists(partial) && File.Exists(path))
        {
            throw new InputException(
                "Resume", $"{SettingsOf(folder)}, which tells how {path} was made (without {{Resume}} the run starts anew)",
                "none");
        }

        // Read first: once it is open for writing, nobody else may.
        (List<ItemResult> results, int lines) = ([], 0);
        if (resume && File.Exists(partial))
        {
            header.RequireSame(PartialFile.HeaderOf(path));
            (results, lines) = Read(partial, items, scorers);
        }

        RowOutput output = RowOutput.Open(RowLocation.File(path), resume, header);
        if (output.RowsDone == lines) return new ItemLog(output, scorers, results, lines);
        output.Dispose();
        throw new InputException("Resume", $"{partial} as it was when it was read", "another one: run again");
    }

    /// <summary>What lies in a folder in the place of a run's items.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="header">The run's settings.</param>
    /// <returns>In words; null: nothing, or items of the same settings, which can be gone on with.</returns>
    public static string? DifferenceOf(string folder, RunHeader header)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(PartialFile.Of(path)) ? PartialFile.DifferenceOf(path, header)
            : File.Exists(path) ? header.DifferenceFrom(SettingsOf(folder)) : null;
    }

    /// <summary>Writes an item's lines.</summary>
    public void Write(BenchmarkItem item, IReadOnlyList<ItemResult> results)
    {
        Results.AddRange(results);
        foreach (ItemResult result in results.Skip(_cut)) _output.Write(result.ToLine(item));
        _cut = 0;
    }

    /// <summary>Makes this the log of a part, which gets a manifest when it is whole.</summary>
    /// <param name="part">The part's items, and all others'.</param>
    /// <param name="header">What decides the bits.</param>
    public void BePart(ShardRecord part, RunHeader header)
    {
        part.LineCounts.AddRange(Enumerable.Repeat(_scorers, part.Hashes.Count));
        _output.BePart(part, () => header.Settings);
    }

    /// <summary>Hands what was written to the system.</summary>
    public void Flush() => _output.Flush();

    /// <summary>The last line is written: the file gets its name, and its settings stay beside it.</summary>
    public void Complete(string folder, RunHeader header)
    {
        File.WriteAllBytes(SettingsOf(folder), header.ToBytes());
        _output.Complete();
    }

    public void Dispose() => _output.Dispose();

    /// <summary>The name of what tells how the items were made.</summary>
    public const string SettingsName = "settings.json";

    private static string SettingsOf(string folder) => Path.Combine(folder, SettingsName);

    // Whole lines, up to the first that an interruption cut.
    private static (List<ItemResult> Results, int Lines) Read(string partial, IReadOnlyList<BenchmarkItem> items, int scorers)
    {
        List<ItemResult> results = [];
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(partial);
        }
        catch (IOException)
        {
            return (results, 0); // Another run writes it: opening it says so.
        }

        LineReader lines = new(new MemoryStream(bytes[..(Array.LastIndexOf(bytes, (byte)'\n') + 1)]));
        int count = 0;
        while (lines.ReadNext() is { } line)
        {
            int item = count / scorers;
            if (item >= items.Count)
            {
                throw new InputException("Resume", $"at most the benchmark's {items.Count} items in {partial}", "more");
            }

            try
            {
                results.Add(ItemResult.FromLine(RowJson.ParseObject(line), items[item].Questions.Count));
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or InputException)
            {
                throw new InputException(
                    "Resume", $"a line of this run in {partial}, line {line.Number} (without {{Resume}} the run starts anew)",
                    "another", e);
            }

            count++;
        }

        results.RemoveRange(count / scorers * scorers, count % scorers);
        return (results, count);
    }
}
